// Portable reference: four partial sums, no instruction set assumed.
#include "distance_sets.h"

static inline float dot(const float *a, const float *b, size_t dimension) {
    float sum[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= dimension; i += 4) {
        for (size_t lane = 0; lane < 4; lane++) sum[lane] += a[i + lane] * b[i + lane];
    }
    for (; i < dimension; i++) sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static inline float squared_l2(const float *a, const float *b, size_t dimension) {
    float sum[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= dimension; i += 4) {
        for (size_t lane = 0; lane < 4; lane++) {
            float difference = a[i + lane] - b[i + lane];
            sum[lane] += difference * difference;
        }
    }
    for (; i < dimension; i++) {
        float difference = a[i] - b[i];
        sum[0] += difference * difference;
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

CVK_DEFINE_ROWS(dot_rows, dot, )
CVK_DEFINE_ROWS(squared_l2_rows, squared_l2, )

const cvk_distance_kernels cvk_distance_scalar = {CVK_SCALAR, "scalar", dot, squared_l2, dot_rows, squared_l2_rows};
