// exp and erf on vectors. Included once per level, inside its target attribute.

#define LOAD(n, address) (*(const f##n##_u *)(address))
#define STORE(n, address, value) (*(f##n##_u *)(address) = (value))

// Splats by arithmetic on a zero vector, which the compiler turns into one broadcast.
#define DEFINE_FUNCTIONS(n)                                                                                      \
    INLINE f##n splat##n(float x) { return x - (f##n){0}; }                                                      \
    INLINE f##n either##n(i##n mask, f##n a, f##n b) { return (f##n)((mask & (i##n)a) | (~mask & (i##n)b)); }    \
    INLINE f##n max##n(f##n a, f##n b) { return either##n(a > b, a, b); }                                        \
    INLINE f##n min##n(f##n a, f##n b) { return either##n(a < b, a, b); }                                        \
    /* 2^k e^r with x = k ln 2 + r, |r| <= ln 2 / 2; relative error below 2e-7. Results below 1e-37 become 1e-38. */\
    INLINE f##n exp##n(f##n x) {                                                                                 \
        x = min##n(max##n(x, splat##n(-87.0f)), splat##n(88.0f));                                                \
        f##n shifted = x * 1.44269504f + 12582912.0f;                                                            \
        f##n k = shifted - 12582912.0f;                                                                          \
        f##n r = x - k * 0.693359375f;                                                                           \
        r = r + k * 2.12194440e-4f;                                                                              \
        f##n p = r * 1.3751150108873844e-3f + 8.36898759007454e-3f;                                              \
        p = p * r + 4.166954383254051e-2f;                                                                       \
        p = p * r + 1.66665181517601e-1f;                                                                        \
        p = p * r + 4.9999988079071045e-1f;                                                                      \
        p = p * r * r + r + 1.0f;                                                                                \
        return (f##n)((i##n)p + ((i##n)shifted << 23));                                                          \
    }                                                                                                            \
    /* A quotient of polynomials, fitted to erf on [0, 3.9]; absolute error below 5e-7. */                       \
    INLINE f##n erf##n(f##n x) {                                                                                 \
        x = min##n(max##n(x, splat##n(-3.9f)), splat##n(3.9f));                                                  \
        f##n u = x * x;                                                                                          \
        f##n p = u * 2.050386683549732e-06f + 2.874570491258055e-4f;                                             \
        p = p * u + 3.8368713576346636e-3f;                                                                      \
        p = p * u + 5.2966900169849396e-2f;                                                                      \
        p = p * u + 1.9194090366363525e-1f;                                                                      \
        p = p * u + 1.128378987312317f;                                                                          \
        f##n q = u * 3.8230726204346865e-05f + 1.1817330960184336e-3f;                                           \
        q = q * u + 1.5109194442629814e-2f;                                                                      \
        q = q * u + 1.1475815623998642e-1f;                                                                      \
        q = q * u + 5.03434956073761e-1f;                                                                        \
        q = q * u + 1.0f;                                                                                        \
        return x * p / q;                                                                                        \
    }                                                                                                            \
    INLINE f##n gelu##n(f##n x) { return 0.5f * x * (1.0f + erf##n(x * 0.707106781f)); }

DEFINE_FUNCTIONS(4)
DEFINE_FUNCTIONS(8)
DEFINE_FUNCTIONS(16)

#if NATIVE == 16
#define N_(name) name##16
#elif NATIVE == 8
#define N_(name) name##8
#else
#define N_(name) name##4
#endif
// The widest vectors of this level.
typedef N_(f) fn;
typedef fn fn_u __attribute__((aligned(4), may_alias));
INLINE fn loadn(const float *x) { return *(const fn_u *)x; }
INLINE void storen(float *x, fn value) { *(fn_u *)x = value; }
INLINE fn expn(fn x) { return N_(exp)(x); }
INLINE fn gelun(fn x) { return N_(gelu)(x); }
// The first `count` numbers, zeros after them.
INLINE fn load_some(const float *x, size_t count) {
    fn value = {0};
    memcpy(&value, x, count * sizeof(float));
    return value;
}
INLINE void store_some(float *x, fn value, size_t count) { memcpy(x, &value, count * sizeof(float)); }
INLINE float sumn(fn x) {
    float sum = 0;
    for (int i = 0; i < NATIVE; i++) {
        sum += x[i];
    }
    return sum;
}
