#ifndef PARLEY_TRAINING_KERNELS_H
#define PARLEY_TRAINING_KERNELS_H

#include "CKernels.h"

extern const struct parley_training_kernels parley_training_portable;
#if defined(__x86_64__)
extern const struct parley_training_kernels parley_training_avx2;
extern const struct parley_training_kernels parley_training_avx512;
#endif

#endif
