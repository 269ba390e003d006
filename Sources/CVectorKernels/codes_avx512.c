// AVX-512 with VNNI: 64 products an instruction (vpdpbusd), unsigned codes times signed query components. Four records at a
// time, so that one tree of additions sums up all four.
#include "code_encoding.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE TARGET __attribute__((always_inline)) static inline

// Sixteen partial sums of the products.
INLINE __m512i products_int8(const uint8_t *codes, const int8_t *query, size_t blocks) {
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    size_t b = 0;
    for (; b + 2 <= blocks; b += 2) {
        s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(codes + 64 * b), _mm512_loadu_si512(query + 64 * b));
        s1 = _mm512_dpbusd_epi32(s1, _mm512_loadu_si512(codes + 64 * b + 64), _mm512_loadu_si512(query + 64 * b + 64));
    }
    if (b < blocks) s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(codes + 64 * b), _mm512_loadu_si512(query + 64 * b));
    return _mm512_add_epi32(s0, s1);
}

INLINE __m512i products_int4(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    for (size_t b = 0; b < blocks; b++) {
        __m512i code = _mm512_loadu_si512(codes + 64 * b);
        s0 = _mm512_dpbusd_epi32(s0, _mm512_and_si512(code, low), _mm512_loadu_si512(query + 128 * b));
        s1 = _mm512_dpbusd_epi32(s1, _mm512_and_si512(_mm512_srli_epi16(code, 4), low),
                                 _mm512_loadu_si512(query + 128 * b + 64));
    }
    return _mm512_add_epi32(s0, s1);
}

INLINE __m256i halves(__m512i sums) {
    return _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
}

// The totals of four times sixteen partial sums.
INLINE __m128i totals(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(halves(a), halves(b)), _mm256_hadd_epi32(halves(c), halves(d)));
    return _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
}

// Factor and bias of four records as two vectors.
INLINE void factors(const uint8_t *const records[4], size_t blocks, __m128 *factor, __m128 *bias) {
    double pairs[4];
    for (int i = 0; i < 4; i++) memcpy(&pairs[i], records[i] + blocks * CVK_BLOCK_BYTES, sizeof pairs[i]);
    __m128 a = _mm_castpd_ps(_mm_loadu_pd(pairs)), b = _mm_castpd_ps(_mm_loadu_pd(pairs + 2));
    *factor = _mm_shuffle_ps(a, b, 0x88);
    *bias = _mm_shuffle_ps(a, b, 0xDD);
}

// The same terms in the same order as `cvk_code_distance`.
#define DEFINE_ROWS(NAME, PRODUCTS, VALUES, VALUE)                                                                     \
    INLINE void NAME(const cvk_code_query *query, cvk_records records, const uint32_t *slots, size_t count,            \
                     float *out, size_t blocks) {                                                                      \
        const __m128 queryBias = _mm_set1_ps(query->bias), queryScale = _mm_set1_ps(query->scale);                     \
        for (size_t r = 0; r < CVK_RECORDS_AHEAD && r < count; r++)                                                    \
            cvk_prefetch_record(cvk_record(records, slots[r]), blocks);                                                \
        size_t r = 0;                                                                                                  \
        for (; r + 4 <= count; r += 4) {                                                                               \
            const uint8_t *four[4];                                                                                    \
            for (size_t i = 0; i < 4; i++) {                                                                           \
                size_t ahead = r + i + CVK_RECORDS_AHEAD;                                                              \
                if (ahead < count) cvk_prefetch_record(cvk_record(records, slots[ahead]), blocks);                     \
                four[i] = cvk_record(records, slots[r + i]);                                                           \
            }                                                                                                          \
            __m128i products = totals(                                                                                 \
                PRODUCTS(four[0], query->components, blocks), PRODUCTS(four[1], query->components, blocks),            \
                PRODUCTS(four[2], query->components, blocks), PRODUCTS(four[3], query->components, blocks));           \
            __m128 factor, bias;                                                                                       \
            factors(four, blocks, &factor, &bias);                                                                     \
            __m128 scaled = _mm_mul_ps(_mm_mul_ps(factor, queryScale), _mm_cvtepi32_ps(VALUES(products, query->sum))); \
            _mm_storeu_ps(out + r, _mm_add_ps(_mm_add_ps(queryBias, bias), scaled));                                   \
        }                                                                                                              \
        for (; r < count; r++) {                                                                                       \
            const uint8_t *record = cvk_record(records, slots[r]);                                                     \
            int32_t products = _mm512_reduce_add_epi32(PRODUCTS(record, query->components, blocks));                   \
            out[r] = cvk_code_distance(query, record, blocks, VALUE(products, query->sum));                            \
        }                                                                                                              \
    }

INLINE __m128i values_int8(__m128i products, int32_t sum) {
    return _mm_sub_epi32(products, _mm_set1_epi32((int32_t)(128u * (uint32_t)sum)));
}
INLINE __m128i values_int4(__m128i products, int32_t sum) {
    return _mm_sub_epi32(_mm_slli_epi32(products, 1), _mm_set1_epi32((int32_t)(15u * (uint32_t)sum)));
}

DEFINE_ROWS(int8_rows_of, products_int8, values_int8, cvk_value_int8)
DEFINE_ROWS(int4_rows_of, products_int4, values_int4, cvk_value_int4)
CVK_DEFINE_CODE_ROWS(int8_rows, int8_rows_of, TARGET)
CVK_DEFINE_CODE_ROWS(int4_rows, int4_rows_of, TARGET)
CVK_DEFINE_ENCODING(TARGET)

const cvk_code_kernels cvk_codes_avx512 = {CVK_AVX512, "avx512", int8_rows, int4_rows, encode_int8, make_query};
#endif
