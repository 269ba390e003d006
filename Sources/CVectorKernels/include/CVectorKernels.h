// The few kernels that need an instruction set chosen at run time, because Swift alone compiles for the oldest machine of
// its platform. Each concern has a header of its own.
#pragma once

#include "activation.h"
#include "checksum.h"
#include "codes.h"
#include "distance.h"
#include "pool.h"
