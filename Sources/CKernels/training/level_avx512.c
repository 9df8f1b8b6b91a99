#include "kernels.h"
#include <string.h>
#if defined(__x86_64__)
#define FEATURES "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"
#pragma clang attribute push(__attribute__((target(FEATURES))), apply_to = function)
#define NATIVE 16
#define LEVEL PARLEY_LEVEL_AVX512
#define TABLE parley_training_avx512
#include "level.h"
#pragma clang attribute pop
#endif
