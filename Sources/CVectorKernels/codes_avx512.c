// AVX-512 with VNNI: 64 products an instruction (vpdpbusd), unsigned codes times signed query components.
#include "code_sets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vnni")))

TARGET static inline int32_t products_int8(const uint8_t *codes, const int8_t *query, size_t blocks) {
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    size_t b = 0;
    for (; b + 2 <= blocks; b += 2) {
        s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(codes + 64 * b), _mm512_loadu_si512(query + 64 * b));
        s1 = _mm512_dpbusd_epi32(s1, _mm512_loadu_si512(codes + 64 * b + 64), _mm512_loadu_si512(query + 64 * b + 64));
    }
    if (b < blocks) s0 = _mm512_dpbusd_epi32(s0, _mm512_loadu_si512(codes + 64 * b), _mm512_loadu_si512(query + 64 * b));
    return _mm512_reduce_add_epi32(_mm512_add_epi32(s0, s1));
}

TARGET static inline int32_t products_int4(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512i s0 = _mm512_setzero_si512(), s1 = s0;
    for (size_t b = 0; b < blocks; b++) {
        __m512i code = _mm512_loadu_si512(codes + 64 * b);
        s0 = _mm512_dpbusd_epi32(s0, _mm512_and_si512(code, low), _mm512_loadu_si512(query + 128 * b));
        s1 = _mm512_dpbusd_epi32(s1, _mm512_and_si512(_mm512_srli_epi16(code, 4), low),
                                 _mm512_loadu_si512(query + 128 * b + 64));
    }
    return _mm512_reduce_add_epi32(_mm512_add_epi32(s0, s1));
}

CVK_DEFINE_CODE_ROWS(int8_rows, products_int8, cvk_value_int8, TARGET)
CVK_DEFINE_CODE_ROWS(int4_rows, products_int4, cvk_value_int4, TARGET)

const cvk_code_kernels cvk_codes_avx512 = {CVK_AVX512, "avx512", int8_rows, int4_rows};
#endif
