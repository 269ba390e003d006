#include "activation.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#include "activation_simd.h"

static const mneme_activation_kernels kernels = {
    "avx2", add_bias, add_bias_gelu, add_bias_layer_norm, scaled_softmax,
};

#pragma clang attribute pop

const mneme_activation_kernels *mneme_activation_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : NULL; }

#else

const mneme_activation_kernels *mneme_activation_avx2(void) { return NULL; }

#endif
