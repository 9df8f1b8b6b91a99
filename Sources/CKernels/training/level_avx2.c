#include "kernels.h"
#include <string.h>
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NATIVE 8
#define LEVEL PARLEY_LEVEL_AVX2
#define TABLE parley_training_avx2
#include "level.h"
#pragma clang attribute pop
#endif
