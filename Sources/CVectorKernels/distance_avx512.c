// AVX-512F: sixteen lanes, four partial sums, masked tail.
#include "distance_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f")))

// A mask of the first `count` (0...15) lanes.
TARGET static inline __mmask16 first_lanes(size_t count) { return (__mmask16)((1u << count) - 1u); }

TARGET static inline float dot(const float *a, const float *b, size_t dimension) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= dimension; i += 64) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
        s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32), s2);
        s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48), s3);
    }
    for (; i + 16 <= dimension; i += 16) s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
    if (i < dimension) {
        __mmask16 mask = first_lanes(dimension - i);
        s1 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), s1);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

TARGET static inline __m512 add_square(__m512 sum, __m512 a, __m512 b) {
    __m512 difference = _mm512_sub_ps(a, b);
    return _mm512_fmadd_ps(difference, difference, sum);
}

TARGET static inline float squared_l2(const float *a, const float *b, size_t dimension) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= dimension; i += 64) {
        s0 = add_square(s0, _mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i));
        s1 = add_square(s1, _mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16));
        s2 = add_square(s2, _mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32));
        s3 = add_square(s3, _mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48));
    }
    for (; i + 16 <= dimension; i += 16) s0 = add_square(s0, _mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i));
    if (i < dimension) {
        __mmask16 mask = first_lanes(dimension - i);
        s1 = add_square(s1, _mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i));
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

CVK_DEFINE_ROWS(dot_rows, dot, TARGET)
CVK_DEFINE_ROWS(squared_l2_rows, squared_l2, TARGET)

const cvk_distance_kernels cvk_distance_avx512 = {CVK_AVX512, "avx512", dot, squared_l2, dot_rows, squared_l2_rows};
#endif
