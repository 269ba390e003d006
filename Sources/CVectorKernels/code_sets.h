// Private: the table of each instruction set, defined in its own file.
#pragma once

#include <string.h>

#include "include/codes.h"

// One rounding after each operation, so that all sets, and all places in a batch, give the same distance.
#pragma STDC FP_CONTRACT OFF

extern const cvk_code_kernels cvk_codes_scalar;
#if defined(__x86_64__)
extern const cvk_code_kernels cvk_codes_avx2;
extern const cvk_code_kernels cvk_codes_avx512;
#elif defined(__aarch64__)
extern const cvk_code_kernels cvk_codes_neon;
#endif

// How many records ahead of the one being summed are fetched.
enum { CVK_RECORDS_AHEAD = 8 };

static inline void cvk_prefetch_record(const uint8_t *record, size_t blocks) {
    for (size_t b = 0; b <= blocks; b++) cvk_prefetch(record + b * CVK_BLOCK_BYTES);
}

// The distance that follows from the sum of products of components.
static inline float cvk_code_distance(const cvk_code_query *query, const uint8_t *record, size_t blocks, int32_t sum) {
    float factors[2];
    memcpy(factors, record + blocks * CVK_BLOCK_BYTES, sizeof factors);
    return query->bias + factors[1] + factors[0] * query->scale * (float)sum;
}

// Defines a query-to-records function from a function that does it for a number of blocks. The frequent lengths are
// compiled for themselves: 384, 768, 1024 and 1536 components.
#define CVK_DEFINE_CODE_ROWS(NAME, ROWS, TARGET)                                                                       \
    TARGET static void NAME(const cvk_code_query *query, cvk_records records, const uint32_t *slots, size_t count,     \
                            float *out) {                                                                              \
        switch (query->blocks) {                                                                                       \
        case 3: return ROWS(query, records, slots, count, out, 3);                                                     \
        case 6: return ROWS(query, records, slots, count, out, 6);                                                     \
        case 8: return ROWS(query, records, slots, count, out, 8);                                                     \
        case 12: return ROWS(query, records, slots, count, out, 12);                                                   \
        case 16: return ROWS(query, records, slots, count, out, 16);                                                   \
        case 24: return ROWS(query, records, slots, count, out, 24);                                                   \
        default: return ROWS(query, records, slots, count, out, query->blocks);                                        \
        }                                                                                                              \
    }

// Defines such a function from one that sums the products of codes as stored and query components. `VALUE` makes of that sum
// the sum over the components that the codes stand for.
#define CVK_DEFINE_ROWS_OF_PRODUCTS(NAME, PRODUCTS, VALUE, TARGET)                                                     \
    TARGET __attribute__((always_inline)) static inline void NAME(                                                     \
        const cvk_code_query *query, cvk_records records, const uint32_t *slots, size_t count, float *out,             \
        size_t blocks) {                                                                                               \
        for (size_t r = 0; r < CVK_RECORDS_AHEAD && r < count; r++)                                                    \
            cvk_prefetch_record(cvk_record(records, slots[r]), blocks);                                                \
        for (size_t r = 0; r < count; r++) {                                                                           \
            if (r + CVK_RECORDS_AHEAD < count)                                                                         \
                cvk_prefetch_record(cvk_record(records, slots[r + CVK_RECORDS_AHEAD]), blocks);                        \
            const uint8_t *record = cvk_record(records, slots[r]);                                                     \
            int32_t products = PRODUCTS(record, query->components, blocks);                                            \
            out[r] = cvk_code_distance(query, record, blocks, VALUE(products, query->sum));                            \
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
