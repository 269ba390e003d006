// Private: how components become codes. Compiled for each instruction set, so that the loops use its widest vectors; all sets
// give the same codes.
#pragma once

#include <math.h>

#include "code_sets.h"

#define CVK_INLINE __attribute__((always_inline)) static inline

// Adding 1.5 * 2^23 leaves the nearest integer in a float's low bits, whatever the processor's conversion instructions.
CVK_INLINE int cvk_nearest(float x) {
    float shifted = x + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return bits - 0x4B400000;
}

// Below this a component's reciprocal overflows; such a vector counts as zeros.
static const float cvk_least_magnitude = 1e-36f;

// Sixteen running maxima: one alone would have each comparison wait for the one before.
CVK_INLINE float cvk_largest(const float *vector, size_t dimension) {
    float lanes[16] = {0};
    size_t i = 0;
    for (; i + 16 <= dimension; i += 16) {
        for (size_t lane = 0; lane < 16; lane++) {
            float magnitude = fabsf(vector[i + lane]);
            lanes[lane] = magnitude > lanes[lane] ? magnitude : lanes[lane];
        }
    }
    float most = 0;
    for (size_t lane = 0; lane < 16; lane++) most = lanes[lane] > most ? lanes[lane] : most;
    for (; i < dimension; i++) {
        float magnitude = fabsf(vector[i]);
        most = magnitude > most ? magnitude : most;
    }
    return most;
}

CVK_INLINE void cvk_write_factors(uint8_t *record, size_t codeBytes, float factor, float bias) {
    memcpy(record + codeBytes, &factor, sizeof factor);
    memcpy(record + codeBytes + sizeof factor, &bias, sizeof bias);
}

CVK_INLINE void cvk_encode_int8_with(const float *vector, size_t dimension, float distanceFactor, float bias,
                                     uint8_t *record) {
    size_t bytes = (dimension + CVK_INT8_BLOCK - 1) / CVK_INT8_BLOCK * CVK_BLOCK_BYTES;
    float most = cvk_largest(vector, dimension);
    float scale = most < cvk_least_magnitude ? 0 : 127 / most;
    for (size_t i = 0; i < dimension; i++) record[i] = (uint8_t)(cvk_nearest(vector[i] * scale) + 128);
    memset(record + dimension, 128, bytes - dimension);
    cvk_write_factors(record, bytes, distanceFactor * (scale == 0 ? 0 : most / 127), bias);
}

CVK_INLINE void cvk_make_query_with(const float *vector, size_t dimension, size_t block, int8_t *components,
                                    cvk_code_query *query) {
    size_t blocks = (dimension + block - 1) / block;
    float most = cvk_largest(vector, dimension);
    float scale = most < cvk_least_magnitude ? 0 : 127 / most;
    int32_t sum = 0;
    for (size_t i = 0; i < dimension; i++) {
        int component = cvk_nearest(vector[i] * scale);
        components[i] = (int8_t)component;
        sum += component;
    }
    memset(components + dimension, 0, blocks * block - dimension);
    query->components = components;
    query->blocks = blocks;
    query->sum = sum;
    query->scale = scale == 0 ? 0 : most / 127;
}

// Defines `encode_int8` and `make_query` of one instruction set.
#define CVK_DEFINE_ENCODING(TARGET)                                                                                    \
    TARGET static void encode_int8(const float *vector, size_t dimension, float distanceFactor, float bias,            \
                                   uint8_t *record) {                                                                  \
        cvk_encode_int8_with(vector, dimension, distanceFactor, bias, record);                                         \
    }                                                                                                                  \
    TARGET static void make_query(const float *vector, size_t dimension, size_t block, int8_t *components,             \
                                  cvk_code_query *query) {                                                             \
        cvk_make_query_with(vector, dimension, block, components, query);                                              \
    }
