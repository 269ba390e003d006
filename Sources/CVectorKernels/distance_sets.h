// Private: the table of each instruction set, defined in its own file.
#pragma once

#include "include/distance.h"

extern const cvk_distance_kernels cvk_distance_scalar;
#if defined(__x86_64__)
extern const cvk_distance_kernels cvk_distance_avx2;
extern const cvk_distance_kernels cvk_distance_avx512;
#elif defined(__aarch64__)
extern const cvk_distance_kernels cvk_distance_neon;
#endif

// How many rows ahead of the one being summed are fetched. Two hide a cache miss at 256 to 1,536 dimensions.
enum { CVK_ROWS_AHEAD = 2, CVK_CACHE_LINE_FLOATS = 16 };

// Fetches a whole row.
static inline void cvk_prefetch_row(const float *row, size_t dimension) {
    for (size_t i = 0; i < dimension; i += CVK_CACHE_LINE_FLOATS) cvk_prefetch(row + i);
}

// Defines a one-to-rows function from a pair function of the same instruction set. `TARGET` is that set's target attribute,
// so that the pair function can be inlined.
#define CVK_DEFINE_ROWS(NAME, PAIR, TARGET)                                                                            \
    TARGET static void NAME(const float *query, const float *const *rows, size_t rowCount, size_t dimension,           \
                            float *out) {                                                                              \
        for (size_t r = 0; r < CVK_ROWS_AHEAD && r < rowCount; r++) cvk_prefetch_row(rows[r], dimension);              \
        for (size_t r = 0; r < rowCount; r++) {                                                                        \
            if (r + CVK_ROWS_AHEAD < rowCount) cvk_prefetch_row(rows[r + CVK_ROWS_AHEAD], dimension);                  \
            out[r] = PAIR(query, rows[r], dimension);                                                                  \
        }                                                                                                              \
    }
