// AVX2: pairs of bytes to 16 bits (vpmaddubsw), pairs of those to 32 bits. No sum of two products leaves 16 bits, because
// 8-bit codes go in as magnitudes up to 127 with their sign moved to the query, and 4-bit codes are at most 15.
#include "code_encoding.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))

TARGET static inline int32_t lanes_sum(__m256i v) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    return _mm_cvtsi128_si32(sum);
}

TARGET static inline __m256i load(const void *address) { return _mm256_loadu_si256((const __m256i *)address); }

TARGET static inline __m256i add_products(__m256i sum, __m256i magnitudes, __m256i query) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(magnitudes, query), _mm256_set1_epi16(1)));
}

TARGET static inline int32_t products_int8(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const __m256i turn = _mm256_set1_epi8((char)0x80);
    __m256i s0 = _mm256_setzero_si256(), s1 = s0;
    for (size_t i = 0; i < blocks * 64; i += 64) {
        __m256i a = _mm256_xor_si256(load(codes + i), turn), b = _mm256_xor_si256(load(codes + i + 32), turn);
        s0 = add_products(s0, _mm256_abs_epi8(a), _mm256_sign_epi8(load(query + i), a));
        s1 = add_products(s1, _mm256_abs_epi8(b), _mm256_sign_epi8(load(query + i + 32), b));
    }
    return lanes_sum(_mm256_add_epi32(s0, s1));
}

TARGET static inline int32_t products_int4(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const __m256i low = _mm256_set1_epi8(15);
    __m256i s0 = _mm256_setzero_si256(), s1 = s0;
    for (size_t b = 0; b < blocks; b++, codes += 64, query += 128) {
        for (size_t i = 0; i < 64; i += 32) {
            __m256i code = load(codes + i);
            s0 = add_products(s0, _mm256_and_si256(code, low), load(query + i));
            s1 = add_products(s1, _mm256_and_si256(_mm256_srli_epi16(code, 4), low), load(query + 64 + i));
        }
    }
    return lanes_sum(_mm256_add_epi32(s0, s1));
}

CVK_DEFINE_ROWS_OF_PRODUCTS(int8_rows_of, products_int8, cvk_value_int8_signed, TARGET)
CVK_DEFINE_ROWS_OF_PRODUCTS(int4_rows_of, products_int4, cvk_value_int4, TARGET)
CVK_DEFINE_CODE_ROWS(int8_rows, int8_rows_of, TARGET)
CVK_DEFINE_CODE_ROWS(int4_rows, int4_rows_of, TARGET)
CVK_DEFINE_ENCODING(TARGET)

const cvk_code_kernels cvk_codes_avx2 = {CVK_AVX2, "avx2", int8_rows, int4_rows, encode_int8, make_query};
#endif
