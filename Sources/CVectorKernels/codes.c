// The choice of an instruction set; 4-bit codes, queries made of codes, rotation. Plain C: each runs once a query or an insert.
#include "code_encoding.h"

const cvk_code_kernels *cvk_code_kernels_for(cvk_instruction_set set) {
    switch (set) {
    case CVK_SCALAR:
        return &cvk_codes_scalar;
#if defined(__x86_64__)
    case CVK_AVX2:
        return __builtin_cpu_supports("avx2") ? &cvk_codes_avx2 : NULL;
    case CVK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
                   ? &cvk_codes_avx512
                   : NULL;
#elif defined(__aarch64__)
    case CVK_NEON:
        return &cvk_codes_neon;
#endif
    default:
        return NULL;
    }
}

const cvk_code_kernels *cvk_code_kernels_best(void) {
    for (int set = CVK_AVX512; set > CVK_SCALAR; set--) {
        const cvk_code_kernels *kernels = cvk_code_kernels_for((cvk_instruction_set)set);
        if (kernels) return kernels;
    }
    return &cvk_codes_scalar;
}

void cvk_encode_int4(const float *vector, size_t dimension, float distanceFactor, float bias, uint8_t *record) {
    size_t bytes = (dimension + CVK_INT4_BLOCK - 1) / CVK_INT4_BLOCK * CVK_BLOCK_BYTES;
    double squares = 0, product = 0;
    for (size_t i = 0; i < dimension; i++) squares += (double)vector[i] * vector[i];
    float step = 0.335f * (float)sqrt(squares / (double)dimension);
    float scale = step < cvk_least_magnitude ? 0 : 1 / step;
    memset(record, 0x88, bytes);
    for (size_t i = 0; i < dimension; i++) {
        // floor(x / step) + 8, within 0...15.
        float place = vector[i] * scale;
        place = place < -8 ? -8 : place > 7.5f ? 7.5f : place;
        int code = cvk_nearest(place - 0.5f) + 8;
        code = code < 0 ? 0 : code > 15 ? 15 : code;
        product += (double)vector[i] * (2 * code - 15);
        uint8_t *byte = record + i / CVK_INT4_BLOCK * CVK_BLOCK_BYTES + i % CVK_BLOCK_BYTES;
        *byte = i % CVK_INT4_BLOCK < CVK_BLOCK_BYTES ? (uint8_t)((*byte & 0xF0) | code) : (uint8_t)((*byte & 0x0F) | code << 4);
    }
    float unit = scale == 0 || product <= 0 ? 0 : (float)(squares / product);
    cvk_write_factors(record, bytes, distanceFactor * unit, bias);
}

// A record's factor without the metric's own.
static float unit_of(const uint8_t *record, size_t codeBytes, float distanceFactor) {
    float factor;
    memcpy(&factor, record + codeBytes, sizeof factor);
    return factor / distanceFactor;
}

void cvk_query_from_int8(const uint8_t *record, size_t dimension, float distanceFactor, int8_t *components,
                         cvk_code_query *query) {
    size_t blocks = (dimension + CVK_INT8_BLOCK - 1) / CVK_INT8_BLOCK, bytes = blocks * CVK_BLOCK_BYTES;
    int32_t sum = 0;
    for (size_t i = 0; i < bytes; i++) {
        components[i] = (int8_t)(record[i] ^ 0x80);
        sum += components[i];
    }
    query->components = components;
    query->blocks = blocks;
    query->sum = sum;
    query->scale = unit_of(record, bytes, distanceFactor);
}

void cvk_query_from_int4(const uint8_t *record, size_t dimension, float distanceFactor, int8_t *components,
                         cvk_code_query *query) {
    size_t blocks = (dimension + CVK_INT4_BLOCK - 1) / CVK_INT4_BLOCK;
    int32_t sum = 0;
    for (size_t b = 0; b < blocks; b++) {
        const uint8_t *bytes = record + b * CVK_BLOCK_BYTES;
        int8_t *low = components + b * CVK_INT4_BLOCK, *high = low + CVK_BLOCK_BYTES;
        for (size_t i = 0; i < CVK_BLOCK_BYTES; i++) {
            low[i] = (int8_t)(2 * (bytes[i] & 15) - 15);
            high[i] = (int8_t)(2 * (bytes[i] >> 4) - 15);
        }
    }
    memset(components + dimension, 0, blocks * CVK_INT4_BLOCK - dimension);
    for (size_t i = 0; i < dimension; i++) sum += components[i];
    query->components = components;
    query->blocks = blocks;
    query->sum = sum;
    query->scale = unit_of(record, blocks * CVK_BLOCK_BYTES, distanceFactor);
}

// The Walsh-Hadamard transform of `count` (a power of two) values, scaled so that lengths stay.
static void hadamard(float *restrict x, size_t count) {
    for (size_t half = 1; half < count; half *= 2) {
        for (size_t start = 0; start < count; start += 2 * half) {
            for (size_t i = start; i < start + half; i++) {
                float a = x[i], b = x[i + half];
                x[i] = a + b;
                x[i + half] = a - b;
            }
        }
    }
    float scale = 1 / sqrtf((float)count);
    for (size_t i = 0; i < count; i++) x[i] *= scale;
}

void cvk_rotate(float *vector, size_t dimension, const float *signs, size_t rounds) {
    size_t width = 1;
    while (2 * width <= dimension) width *= 2;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < dimension; i++) vector[i] *= signs[round * dimension + i];
        hadamard(round % 2 == 0 ? vector : vector + dimension - width, width);
    }
}
