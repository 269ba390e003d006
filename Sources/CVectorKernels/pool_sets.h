// Private: the pool's function of each instruction set, defined in its own file.
#pragma once

#include "include/pool.h"

extern const cvk_pool_kernels cvk_pool_scalar;
#if defined(__x86_64__)
extern const cvk_pool_kernels cvk_pool_avx512;
#endif
