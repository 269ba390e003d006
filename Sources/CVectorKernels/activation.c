#include "activation.h"

const mneme_activation_kernels *mneme_activation_best(void) {
    const mneme_activation_kernels *found = mneme_activation_avx512();
    if (!found) found = mneme_activation_avx2();
    if (!found) found = mneme_activation_neon();
    return found ? found : mneme_activation_scalar();
}
