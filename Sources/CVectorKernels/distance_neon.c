// NEON: four lanes, four partial sums. Every 64-bit ARM processor has it.
#include "distance_sets.h"

#if defined(__aarch64__)
#include <arm_neon.h>

static inline float lanes_sum(float32x4_t s0, float32x4_t s1, float32x4_t s2, float32x4_t s3) {
    return vaddvq_f32(vaddq_f32(vaddq_f32(s0, s1), vaddq_f32(s2, s3)));
}

static inline float dot(const float *a, const float *b, size_t dimension) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 16 <= dimension; i += 16) {
        s0 = vfmaq_f32(s0, vld1q_f32(a + i), vld1q_f32(b + i));
        s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
        s2 = vfmaq_f32(s2, vld1q_f32(a + i + 8), vld1q_f32(b + i + 8));
        s3 = vfmaq_f32(s3, vld1q_f32(a + i + 12), vld1q_f32(b + i + 12));
    }
    for (; i + 4 <= dimension; i += 4) s0 = vfmaq_f32(s0, vld1q_f32(a + i), vld1q_f32(b + i));
    float sum = lanes_sum(s0, s1, s2, s3);
    for (; i < dimension; i++) sum += a[i] * b[i];
    return sum;
}

static inline float32x4_t add_square(float32x4_t sum, float32x4_t a, float32x4_t b) {
    float32x4_t difference = vsubq_f32(a, b);
    return vfmaq_f32(sum, difference, difference);
}

static inline float squared_l2(const float *a, const float *b, size_t dimension) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 16 <= dimension; i += 16) {
        s0 = add_square(s0, vld1q_f32(a + i), vld1q_f32(b + i));
        s1 = add_square(s1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
        s2 = add_square(s2, vld1q_f32(a + i + 8), vld1q_f32(b + i + 8));
        s3 = add_square(s3, vld1q_f32(a + i + 12), vld1q_f32(b + i + 12));
    }
    for (; i + 4 <= dimension; i += 4) s0 = add_square(s0, vld1q_f32(a + i), vld1q_f32(b + i));
    float sum = lanes_sum(s0, s1, s2, s3);
    for (; i < dimension; i++) {
        float difference = a[i] - b[i];
        sum += difference * difference;
    }
    return sum;
}

CVK_DEFINE_ROWS(dot_rows, dot, )
CVK_DEFINE_ROWS(squared_l2_rows, squared_l2, )

const cvk_distance_kernels cvk_distance_neon = {CVK_NEON, "neon", dot, squared_l2, dot_rows, squared_l2_rows};
#endif
