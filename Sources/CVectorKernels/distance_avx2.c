// AVX2 and FMA: eight lanes, four partial sums.
#include "distance_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))

TARGET static inline float lanes_sum(__m256 v) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    sum = _mm_add_ss(sum, _mm_movehdup_ps(sum));
    return _mm_cvtss_f32(sum);
}

// A mask of the first `count` (0...7) lanes.
TARGET static inline __m256i first_lanes(size_t count) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

TARGET static inline float dot(const float *a, const float *b, size_t dimension) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= dimension; i += 32) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
        s2 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16), s2);
        s3 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24), s3);
    }
    for (; i + 8 <= dimension; i += 8) s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
    if (i < dimension) {
        __m256i mask = first_lanes(dimension - i);
        s1 = _mm256_fmadd_ps(_mm256_maskload_ps(a + i, mask), _mm256_maskload_ps(b + i, mask), s1);
    }
    return lanes_sum(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));
}

TARGET static inline __m256 add_square(__m256 sum, __m256 a, __m256 b) {
    __m256 difference = _mm256_sub_ps(a, b);
    return _mm256_fmadd_ps(difference, difference, sum);
}

TARGET static inline float squared_l2(const float *a, const float *b, size_t dimension) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 32 <= dimension; i += 32) {
        s0 = add_square(s0, _mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));
        s1 = add_square(s1, _mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8));
        s2 = add_square(s2, _mm256_loadu_ps(a + i + 16), _mm256_loadu_ps(b + i + 16));
        s3 = add_square(s3, _mm256_loadu_ps(a + i + 24), _mm256_loadu_ps(b + i + 24));
    }
    for (; i + 8 <= dimension; i += 8) s0 = add_square(s0, _mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i));
    if (i < dimension) {
        __m256i mask = first_lanes(dimension - i);
        s1 = add_square(s1, _mm256_maskload_ps(a + i, mask), _mm256_maskload_ps(b + i, mask));
    }
    return lanes_sum(_mm256_add_ps(_mm256_add_ps(s0, s1), _mm256_add_ps(s2, s3)));
}

CVK_DEFINE_ROWS(dot_rows, dot, TARGET)
CVK_DEFINE_ROWS(squared_l2_rows, squared_l2, TARGET)

const cvk_distance_kernels cvk_distance_avx2 = {CVK_AVX2, "avx2", dot, squared_l2, dot_rows, squared_l2_rows};
#endif
