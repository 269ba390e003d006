#include "distance_sets.h"

const cvk_distance_kernels *cvk_distance_kernels_for(cvk_instruction_set set) {
    switch (set) {
    case CVK_SCALAR:
        return &cvk_distance_scalar;
#if defined(__x86_64__)
    case CVK_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &cvk_distance_avx2 : NULL;
    case CVK_AVX512:
        return __builtin_cpu_supports("avx512f") ? &cvk_distance_avx512 : NULL;
#elif defined(__aarch64__)
    case CVK_NEON:
        return &cvk_distance_neon;
#endif
    default:
        return NULL;
    }
}

const cvk_distance_kernels *cvk_distance_kernels_best(void) {
    for (int set = CVK_AVX512; set > CVK_SCALAR; set--) {
        const cvk_distance_kernels *kernels = cvk_distance_kernels_for((cvk_instruction_set)set);
        if (kernels) return kernels;
    }
    return &cvk_distance_scalar;
}
