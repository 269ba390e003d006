// A sorted pool of candidates: the portable form, and the choice of an instruction set.
#include "pool_sets.h"

#include <string.h>

static inline uint32_t ordered(float distance) {
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

static size_t take(cvk_pool *pool, const uint32_t *slots, const float *distances, size_t count, float reach) {
    uint64_t *words = pool->words;
    const uint32_t farthest = ordered(reach);
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        uint32_t key = ordered(distances[i]);
        if (key > farthest) continue;
        uint64_t word = (uint64_t)key << 32 | (uint64_t)slots[i] << 1;
        // The last word falls out, or was not there.
        if (pool->count < pool->capacity) pool->count++;
        else if (word >= words[pool->capacity - 1]) continue;
        size_t low = 0, high = pool->count - 1;
        while (low < high) {
            size_t middle = (low + high) >> 1;
            if (words[middle] < word) low = middle + 1;
            else high = middle;
        }
        memmove(words + low + 1, words + low, (pool->count - 1 - low) * sizeof *words);
        words[low] = word;
        if (low < least) least = low;
    }
    return least;
}

const cvk_pool_kernels cvk_pool_scalar = {CVK_SCALAR, "scalar", take};

const cvk_pool_kernels *cvk_pool_kernels_for(cvk_instruction_set set) {
    switch (set) {
    case CVK_SCALAR:
        return &cvk_pool_scalar;
#if defined(__x86_64__)
    case CVK_AVX512:
        return __builtin_cpu_supports("avx512f") ? &cvk_pool_avx512 : NULL;
#endif
    default:
        return NULL;
    }
}

const cvk_pool_kernels *cvk_pool_kernels_best(void) {
    const cvk_pool_kernels *kernels = cvk_pool_kernels_for(CVK_AVX512);
    return kernels ? kernels : &cvk_pool_scalar;
}
