// Distances between float32 vectors: one pair, and one query against a few gathered rows.
//
// Every instruction set has a file of its own (distance_<set>.c) that fills one table of functions. Rows and queries need no
// alignment and no padding. Sums are taken in float32 in several partial sums, so sets differ in the last bits; each
// stays within n * 2^-24 * sum|a_i * b_i| of the exact value (for squared L2, with the squared differences as terms).
#pragma once

#include <stddef.h>

#if defined(__cplusplus)
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef float (*cvk_pair_f32)(const float *a, const float *b, size_t dimension);

/// Writes the value of `query` against each of `rowCount` rows to `out`; fetches rows ahead of their use.
typedef void (*cvk_rows_f32)(const float *query, const float *_Nonnull const *_Nonnull rows, size_t rowCount, size_t dimension,
                             float *out);

typedef enum {
    CVK_SCALAR = 0,
    CVK_NEON = 1,
    CVK_AVX2 = 2,
    CVK_AVX512 = 3,
} cvk_instruction_set;

/// One instruction set's functions.
typedef struct {
    cvk_instruction_set set;
    const char *name;
    cvk_pair_f32 dot;
    cvk_pair_f32 squared_l2;
    cvk_rows_f32 dot_rows;
    cvk_rows_f32 squared_l2_rows;
} cvk_distance_kernels;

/// The functions of one instruction set, or null where this processor lacks it.
const cvk_distance_kernels *_Nullable cvk_distance_kernels_for(cvk_instruction_set set);

/// The functions of the fastest instruction set this processor has.
const cvk_distance_kernels *cvk_distance_kernels_best(void);

/// Asks the processor to fetch the cache line at `address`; any address is allowed.
static inline void cvk_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#pragma clang assume_nonnull end

#if defined(__cplusplus)
}
#endif
