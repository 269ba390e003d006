#include "activation.h"

#if defined(__aarch64__)

#define LANES 4
#include "activation_simd.h"

static const mneme_activation_kernels kernels = {
    "neon", add_bias, add_bias_gelu, add_bias_layer_norm, scaled_softmax,
};

const mneme_activation_kernels *mneme_activation_neon(void) { return &kernels; }

#else

const mneme_activation_kernels *mneme_activation_neon(void) { return NULL; }

#endif
