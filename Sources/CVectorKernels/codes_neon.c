// NEON: 16 products at a time, 8 bits to 16 (smull) to 32 (sadalp). Every 64-bit ARM processor has it.
#include "code_encoding.h"

#if defined(__aarch64__)
#include <arm_neon.h>

static inline int32x4_t add_products(int32x4_t sum, int8x16_t a, int8x16_t b) {
    sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
    return vpadalq_s16(sum, vmull_s8(vget_high_s8(a), vget_high_s8(b)));
}

static inline int32_t products_int8(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const uint8x16_t turn = vdupq_n_u8(0x80);
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    for (size_t i = 0; i < blocks * 64; i += 32) {
        s0 = add_products(s0, vreinterpretq_s8_u8(veorq_u8(vld1q_u8(codes + i), turn)), vld1q_s8(query + i));
        s1 = add_products(s1, vreinterpretq_s8_u8(veorq_u8(vld1q_u8(codes + i + 16), turn)), vld1q_s8(query + i + 16));
    }
    return vaddvq_s32(vaddq_s32(s0, s1));
}

static inline int32_t products_int4(const uint8_t *codes, const int8_t *query, size_t blocks) {
    const uint8x16_t low = vdupq_n_u8(15);
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0;
    for (size_t b = 0; b < blocks; b++, codes += 64, query += 128) {
        for (size_t i = 0; i < 64; i += 16) {
            uint8x16_t code = vld1q_u8(codes + i);
            s0 = add_products(s0, vreinterpretq_s8_u8(vandq_u8(code, low)), vld1q_s8(query + i));
            s1 = add_products(s1, vreinterpretq_s8_u8(vshrq_n_u8(code, 4)), vld1q_s8(query + 64 + i));
        }
    }
    return vaddvq_s32(vaddq_s32(s0, s1));
}

CVK_DEFINE_ROWS_OF_PRODUCTS(int8_rows_of, products_int8, cvk_value_int8_signed, )
CVK_DEFINE_ROWS_OF_PRODUCTS(int4_rows_of, products_int4, cvk_value_int4, )
CVK_DEFINE_CODE_ROWS(int8_rows, int8_rows_of, )
CVK_DEFINE_CODE_ROWS(int4_rows, int4_rows_of, )
CVK_DEFINE_ENCODING()

const cvk_code_kernels cvk_codes_neon = {CVK_NEON, "neon", int8_rows, int4_rows, encode_int8, make_query};
#endif
