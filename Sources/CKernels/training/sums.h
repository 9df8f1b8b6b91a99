// Sums over the numbers of vectors, several vectors at a time. Included once per level.

// Of each pair, half of the numbers of a vector are added to the other half; `a` and `b` share the result.
#if NATIVE == 4
#define PAIR_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define PAIR_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define QUAD_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define QUAD_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif NATIVE == 8
#define PAIR_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define PAIR_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define QUAD_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define QUAD_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define PAIR_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define PAIR_HIGH(a, b) \
    __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define QUAD_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define QUAD_HIGH(a, b) \
    __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#endif

INLINE fn pair_sums(fn a, fn b) { return PAIR_LOW(a, b) + PAIR_HIGH(a, b); }
INLINE fn quad_sums(fn a, fn b) { return QUAD_LOW(a, b) + QUAD_HIGH(a, b); }
#if NATIVE >= 8
INLINE fn half_sums(fn a, fn b) {
#if NATIVE == 8
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
           + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
#else
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
           + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#endif
}
#endif

// The sum of each of NATIVE vectors, which `vector(i)` computes; each is called once, in order, so that few are held.
#define SUMS4(vector, i) quad_sums(pair_sums(vector(i), vector((i) + 1)), pair_sums(vector((i) + 2), vector((i) + 3)))
#if NATIVE == 4
#define SUMS(vector) SUMS4(vector, 0)
#elif NATIVE == 8
#define SUMS(vector) half_sums(SUMS4(vector, 0), SUMS4(vector, 4))
#else
#define SUMS8(vector, i) half_sums(SUMS4(vector, i), SUMS4(vector, (i) + 4))
#define SUMS(vector) half_sums(SUMS8(vector, 0), SUMS8(vector, 8))
#endif
INLINE fn sums_of(const fn *vectors) {
#define VECTOR(i) vectors[i]
    return SUMS(VECTOR);
#undef VECTOR
}
