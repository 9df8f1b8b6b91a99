#ifndef PARLEY_KERNELS_H
#define PARLEY_KERNELS_H

#include "CKernels.h"

extern const struct parley_kernels parley_kernels_portable;
#if defined(__x86_64__)
extern const struct parley_kernels parley_kernels_avx2;
extern const struct parley_kernels parley_kernels_avx512;
#endif

#endif
