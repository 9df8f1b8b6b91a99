#include "CKernels.h"
#include "kernels.h"

int parley_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        return PARLEY_LEVEL_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return PARLEY_LEVEL_AVX2;
    }
#endif
    return PARLEY_LEVEL_PORTABLE;
}

const struct parley_kernels *parley_kernels_at(int level) {
    if (level > parley_best_level()) {
        return NULL;
    }
    switch (level) {
    case PARLEY_LEVEL_PORTABLE:
        return &parley_kernels_portable;
#if defined(__x86_64__)
    case PARLEY_LEVEL_AVX2:
        return &parley_kernels_avx2;
    case PARLEY_LEVEL_AVX512:
        return &parley_kernels_avx512;
#endif
    default:
        return NULL;
    }
}
