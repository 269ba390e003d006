// Vectors as codes of 8 or 4 bits a component: encoding, and estimates of distances from codes.
//
// A record is `blocks` blocks of 64 bytes, then two float32: factor and bias. An 8-bit block holds 64 components as
// v + 128 with v in -127...127. A 4-bit block holds 128 components as (v + 15) / 2 with v odd in -15...15: component k in the
// low half of byte k, component 64 + k in the high half. Components past the dimension count for nothing.
//
// A query is `blocks` times 64 (or 128) components in -127...127, zeros past the dimension. Its distance to a record is
//   query bias + record bias + record factor * query scale * sum(v * query component),
// where the sum is exact in 32-bit integers for up to 65,536 components: every instruction set gives the same distance.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "distance.h"

#if defined(__cplusplus)
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A query as it is compared with records.
typedef struct {
    const int8_t *components;
    size_t blocks;
    /// What the sum of the products has to be corrected by, in the code's own way: the sum of the components.
    int32_t sum;
    float scale;
    float bias;
} cvk_code_query;

/// Where the records of slots are: slot s lies at `bases[segment of s] + s * stride`, in segments of which the first holds
/// 1,024 slots and each further one as many as all before it.
typedef struct {
    const uintptr_t *bases;
    size_t stride;
} cvk_records;

/// The record of a slot below 2^31.
static inline const uint8_t *cvk_record(cvk_records records, uint32_t slot) {
    return (const uint8_t *)(records.bases[22 - __builtin_clz(slot | 512)] + slot * records.stride);
}

/// Writes the query's distances to the records of `count` slots to `out`; fetches records ahead of their use.
typedef void (*cvk_code_rows)(const cvk_code_query *query, cvk_records records, const uint32_t *slots, size_t count,
                              float *out);

/// Writes a vector's 8-bit record: steps of 1/127 of its largest component. `distanceFactor` turns a dot product into a
/// distance (-1, or -2 for squared L2).
typedef void (*cvk_encode)(const float *vector, size_t dimension, float distanceFactor, float bias, uint8_t *record);

/// Rounds a query to `components` (room for whole blocks of `block` components); fills all fields but `bias`.
typedef void (*cvk_make_query)(const float *vector, size_t dimension, size_t block, int8_t *components,
                               cvk_code_query *query);

/// One instruction set's functions.
typedef struct {
    cvk_instruction_set set;
    const char *name;
    cvk_code_rows int8_rows;
    cvk_code_rows int4_rows;
    cvk_encode encode_int8;
    cvk_make_query make_query;
} cvk_code_kernels;

/// The functions of one instruction set, or null where this processor lacks it. AVX-512 needs its byte and VNNI parts.
const cvk_code_kernels *_Nullable cvk_code_kernels_for(cvk_instruction_set set);

/// The functions of the fastest instruction set this processor has.
const cvk_code_kernels *cvk_code_kernels_best(void);

enum { CVK_BLOCK_BYTES = 64, CVK_INT8_BLOCK = 64, CVK_INT4_BLOCK = 128 };

/// Writes a vector's 4-bit record: steps of 0.335 of its root mean square, which lose least of normally distributed
/// components (Max 1960); the factor is such that the vector's product with itself is exact.
void cvk_encode_int4(const float *vector, size_t dimension, float distanceFactor, float bias, uint8_t *record);

/// Makes a query of a record of the same kind; fills all fields but `bias`.
void cvk_query_from_int8(const uint8_t *record, size_t dimension, float distanceFactor, int8_t *components,
                         cvk_code_query *query);
void cvk_query_from_int4(const uint8_t *record, size_t dimension, float distanceFactor, int8_t *components,
                         cvk_code_query *query);

/// Turns a vector in place by `rounds` times signs and a Hadamard transform, over the first and the last 2^n components by
/// turns (2^n the largest power of two within the dimension). `signs` holds `rounds * dimension` values of 1 or -1.
void cvk_rotate(float *vector, size_t dimension, const float *signs, size_t rounds);

#pragma clang assume_nonnull end

#if defined(__cplusplus)
}
#endif
