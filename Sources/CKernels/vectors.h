// Vectors of 4, 8 and 16 floats in the compiler's own notation; a level's instructions follow from the functions'
// target, so one text serves AVX-512, AVX2, SSE2 and NEON.
#ifndef PARLEY_VECTORS_H
#define PARLEY_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Vectors wider than the level's registers are passed between inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline, unused))

#define DECLARE_VECTOR(n)                                                                                        \
    typedef float f##n __attribute__((vector_size(n * 4)));                                                      \
    typedef int32_t i##n __attribute__((vector_size(n * 4)));                                                    \
    typedef float f##n##_u __attribute__((vector_size(n * 4), aligned(4), may_alias));

DECLARE_VECTOR(4)
DECLARE_VECTOR(8)
DECLARE_VECTOR(16)

#endif
