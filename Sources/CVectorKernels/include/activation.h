#pragma once

#include <stddef.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The element-wise steps of a BERT-type encoder, over row-major float32 matrices.
///
/// `rows` is the address of the first element; row r starts `r * stride` elements later. Every kernel works in place.
/// No alignment is needed. The matrices must not overlap the vectors.
typedef struct mneme_activation_kernels {
    /// The instruction set: "scalar", "avx2", "avx512" or "neon".
    const char *name;

    /// x := x + bias, for each row.
    void (*add_bias)(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias);

    /// x := GELU(x + bias) with GELU(x) = x (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel 2016, the exact form).
    void (*add_bias_gelu)(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias);

    /// x := gain * (y - mean y) / sqrt(variance y + epsilon) + shift with y = x + bias, for each row (Ba et al. 2016).
    void (*add_bias_layer_norm)(
        float *rows, size_t row_count, size_t columns, size_t stride, const float *bias, const float *gain,
        const float *shift, float epsilon
    );

    /// x := softmax(scale * x), for each row; `columns` is at least 1 and `scale` is positive.
    void (*scaled_softmax)(float *rows, size_t row_count, size_t columns, size_t stride, float scale);
} mneme_activation_kernels;

/// The plain C kernels, on libm: what the others are tested against.
const mneme_activation_kernels *mneme_activation_scalar(void);

/// The AVX2 + FMA kernels, or NULL on a machine without them.
const mneme_activation_kernels *_Nullable mneme_activation_avx2(void);

/// The AVX-512F kernels, or NULL on a machine without them.
const mneme_activation_kernels *_Nullable mneme_activation_avx512(void);

/// The NEON kernels, or NULL on a machine without them.
const mneme_activation_kernels *_Nullable mneme_activation_neon(void);

/// The widest kernels that this machine runs.
const mneme_activation_kernels *mneme_activation_best(void);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
