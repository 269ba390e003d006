// Private: the table of each instruction set, defined in its own file.
#pragma once

#include <string.h>

#include "include/codes.h"

extern const cvk_code_kernels cvk_codes_scalar;
#if defined(__x86_64__)
extern const cvk_code_kernels cvk_codes_avx2;
extern const cvk_code_kernels cvk_codes_avx512;
#elif defined(__aarch64__)
extern const cvk_code_kernels cvk_codes_neon;
#endif

// How many records ahead of the one being summed are fetched.
enum { CVK_RECORDS_AHEAD = 4 };

static inline void cvk_prefetch_record(const uint8_t *record, size_t blocks) {
    for (size_t b = 0; b <= blocks; b++) cvk_prefetch(record + b * CVK_BLOCK_BYTES);
}

// The distance that follows from the sum of products of components.
static inline float cvk_code_distance(const cvk_code_query *query, const uint8_t *record, size_t blocks, int32_t sum) {
    float factors[2];
    memcpy(factors, record + blocks * CVK_BLOCK_BYTES, sizeof factors);
    return query->bias + factors[1] + factors[0] * query->scale * (float)sum;
}

// Defines a query-to-records function from a function that sums the products of codes as stored and query components.
// `VALUE` makes of that sum the sum over the components that the codes stand for. The frequent lengths are compiled for
// themselves: 384, 768, 1024 and 1536 components.
#define CVK_DEFINE_CODE_ROWS(NAME, PRODUCTS, VALUE, TARGET)                                                            \
    TARGET __attribute__((always_inline)) static inline void NAME##_of(                                                \
        const cvk_code_query *query, const uint8_t *const *records, size_t rowCount, float *out, size_t blocks) {      \
        for (size_t r = 0; r < CVK_RECORDS_AHEAD && r < rowCount; r++) cvk_prefetch_record(records[r], blocks);        \
        for (size_t r = 0; r < rowCount; r++) {                                                                        \
            if (r + CVK_RECORDS_AHEAD < rowCount) cvk_prefetch_record(records[r + CVK_RECORDS_AHEAD], blocks);         \
            int32_t products = PRODUCTS(records[r], query->components, blocks);                                        \
            out[r] = cvk_code_distance(query, records[r], blocks, VALUE(products, query->sum));                        \
        }                                                                                                              \
    }                                                                                                                  \
    TARGET static void NAME(const cvk_code_query *query, const uint8_t *const *records, size_t rowCount, float *out) { \
        switch (query->blocks) {                                                                                       \
        case 3: return NAME##_of(query, records, rowCount, out, 3);                                                    \
        case 6: return NAME##_of(query, records, rowCount, out, 6);                                                    \
        case 8: return NAME##_of(query, records, rowCount, out, 8);                                                    \
        case 12: return NAME##_of(query, records, rowCount, out, 12);                                                  \
        case 16: return NAME##_of(query, records, rowCount, out, 16);                                                  \
        case 24: return NAME##_of(query, records, rowCount, out, 24);                                                  \
        default: return NAME##_of(query, records, rowCount, out, query->blocks);                                       \
        }                                                                                                              \
    }

// What a sum over stored codes is as a sum over components. Unsigned, so that the way there may pass 2^31.
static inline int32_t cvk_value_int8(int32_t products, int32_t sum) {
    return (int32_t)((uint32_t)products - 128u * (uint32_t)sum);
}
static inline int32_t cvk_value_int8_signed(int32_t products, int32_t sum) {
    (void)sum;
    return products;
}
static inline int32_t cvk_value_int4(int32_t products, int32_t sum) {
    return (int32_t)(2u * (uint32_t)products - 15u * (uint32_t)sum);
}
