// AVX-512: sixteen distances are held against the farthest at once, and eight words are compared and moved at a time, without
// a branch that depends on the data but for the end of the search.
#include "pool_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f")))

// The first `count` lanes of eight.
TARGET static inline __mmask8 first_lanes(size_t count) { return count >= 8 ? 0xFF : (__mmask8)((1u << count) - 1u); }

// Distances' bits so that unsigned order is numeric order.
TARGET static inline __m512i turned(__m512i bits) {
    return _mm512_xor_si512(bits, _mm512_or_si512(_mm512_srai_epi32(bits, 31), _mm512_set1_epi32(INT32_MIN)));
}

// Puts a word in order and returns its place; the pool has room, or the word is less than its last, which falls out.
TARGET static inline size_t insert(uint64_t *words, size_t kept, uint64_t word) {
    const __m512i wanted = _mm512_set1_epi64((long long)word);
    for (size_t block = (kept + 7) / 8; block-- > 0;) {
        const __mmask8 valid = first_lanes(kept - block * 8);
        const __m512i found = _mm512_loadu_si512(words + block * 8);
        const __mmask8 less = _mm512_mask_cmplt_epu64_mask(valid, found, wanted);
        // Words are in order: what is less comes first, and the rest moves up.
        _mm512_mask_storeu_epi64(words + block * 8 + 1, valid & (__mmask8)~less, found);
        if (less) {
            size_t place = block * 8 + (size_t)__builtin_popcount(less);
            words[place] = word;
            return place;
        }
    }
    words[0] = word;
    return 0;
}

TARGET static size_t take(cvk_pool *pool, const uint32_t *slots, const float *distances, size_t count,
                          float reach) {
    uint64_t *words = pool->words;
    const size_t capacity = pool->capacity;
    size_t size = pool->count, least = SIZE_MAX;
    const __m512i farthest = turned(_mm512_castps_si512(_mm512_set1_ps(reach)));
    for (size_t first = 0; first < count; first += 16) {
        const __mmask16 valid = count - first >= 16 ? 0xFFFF : (__mmask16)((1u << (count - first)) - 1u);
        const __m512i keys = turned(_mm512_maskz_loadu_epi32(valid, distances + first));
        __mmask16 near = _mm512_mask_cmple_epu32_mask(valid, keys, farthest);
        if (size == capacity)
            near = _mm512_mask_cmple_epu32_mask(near, keys, _mm512_set1_epi32((int)(words[capacity - 1] >> 32)));
        uint32_t key[16];
        _mm512_storeu_si512(key, keys);
        for (; near; near &= near - 1) {
            const unsigned lane = (unsigned)__builtin_ctz(near);
            const uint64_t word = (uint64_t)key[lane] << 32 | (uint64_t)slots[first + lane] << 1;
            size_t kept = size;
            if (size == capacity) {
                if (word >= words[capacity - 1]) continue;
                kept = capacity - 1;
            } else {
                size++;
            }
            const size_t place = insert(words, kept, word);
            if (place < least) least = place;
        }
    }
    pool->count = size;
    return least;
}

const cvk_pool_kernels cvk_pool_avx512 = {CVK_AVX512, "avx512", take};
#endif
