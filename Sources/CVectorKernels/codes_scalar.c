// Portable reference.
#include "code_encoding.h"

static inline int32_t products_int8(const uint8_t *codes, const int8_t *query, size_t blocks) {
    uint32_t sum = 0;
    for (size_t i = 0; i < blocks * CVK_INT8_BLOCK; i++) sum += (uint32_t)((int32_t)codes[i] * query[i]);
    return (int32_t)sum;
}

static inline int32_t products_int4(const uint8_t *codes, const int8_t *query, size_t blocks) {
    uint32_t sum = 0;
    for (size_t b = 0; b < blocks; b++) {
        for (size_t i = 0; i < CVK_BLOCK_BYTES; i++) {
            sum += (uint32_t)((codes[i] & 15) * query[i] + (codes[i] >> 4) * query[CVK_BLOCK_BYTES + i]);
        }
        codes += CVK_BLOCK_BYTES;
        query += CVK_INT4_BLOCK;
    }
    return (int32_t)sum;
}

CVK_DEFINE_ROWS_OF_PRODUCTS(int8_rows_of, products_int8, cvk_value_int8, )
CVK_DEFINE_ROWS_OF_PRODUCTS(int4_rows_of, products_int4, cvk_value_int4, )
CVK_DEFINE_CODE_ROWS(int8_rows, int8_rows_of, )
CVK_DEFINE_CODE_ROWS(int4_rows, int4_rows_of, )
CVK_DEFINE_ENCODING()

const cvk_code_kernels cvk_codes_scalar = {CVK_SCALAR, "scalar", int8_rows, int4_rows, encode_int8, make_query};
