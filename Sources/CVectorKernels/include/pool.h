// A sorted pool of candidates: the nearest of all that a walk has compared, nearest first.
//
// A word is the distance's bits in the high half, turned so that unsigned order is numeric order, then the slot (below 2^31)
// shifted by one, then a mark that belongs to the caller.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "distance.h"

#if defined(__cplusplus)
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Words that a pool's memory has beyond its capacity: whole registers are read and written at its end.
enum { CVK_POOL_SLACK = 8 };

/// A pool as `words` holds it.
typedef struct {
    uint64_t *words;
    size_t count;
    size_t capacity;
} cvk_pool;

/// Takes in those candidates, all new to the pool, that lie no farther than `reach`, and returns the least place that one
/// took; `SIZE_MAX` where none is among the nearest.
typedef size_t (*cvk_pool_take)(cvk_pool *pool, const uint32_t *slots, const float *distances, size_t count, float reach);

/// One instruction set's function.
typedef struct {
    cvk_instruction_set set;
    const char *name;
    cvk_pool_take take;
} cvk_pool_kernels;

/// The function of one instruction set, or null where there is none for it or this processor lacks it.
const cvk_pool_kernels *_Nullable cvk_pool_kernels_for(cvk_instruction_set set);

/// The function of the fastest instruction set this processor has.
const cvk_pool_kernels *cvk_pool_kernels_best(void);

#pragma clang assume_nonnull end

#if defined(__cplusplus)
}
#endif
