// What works element by element. Included once per level.

// Calls work(i, n, keeper) for vectors of n <= NATIVE elements from element i on; `n` is a constant but for the last.
#define EACH_KEPT(count, dropout, work)                                                                          \
    for (size_t at = 0; at < (count);) {                                                                         \
        size_t together = kept_together(dropout, at, (count) - at), done = 0;                                    \
        struct keeper keeper = keeper_of(dropout, at);                                                           \
        for (; done + NATIVE <= together; done += NATIVE) {                                                      \
            work(at + done, done, NATIVE);                                                                       \
        }                                                                                                        \
        if (done < together) {                                                                                   \
            work(at + done, done, together - done);                                                              \
        }                                                                                                        \
        at += together;                                                                                          \
    }

INLINE fn take(const float *x, size_t n) { return n == NATIVE ? loadn(x) : load_some(x, n); }
INLINE void put(float *x, fn value, size_t n) {
    if (n == NATIVE) {
        storen(x, value);
    } else {
        store_some(x, value, n);
    }
}

static void dropout(const float *x, float *y, size_t count, const struct parley_dropout *dropout, int accumulate) {
#define ADD(i, place, n) put(y + (i), take(y + (i), n) + kept(&keeper, place, take(x + (i), n)), n)
#define SET(i, place, n) put(y + (i), kept(&keeper, place, take(x + (i), n)), n)
    if (accumulate) {
        EACH_KEPT(count, dropout, ADD)
    } else {
        EACH_KEPT(count, dropout, SET)
    }
#undef ADD
#undef SET
}

static void gelu_forward(const float *x, float *y, size_t count, const struct parley_dropout *dropout) {
#define SET(i, place, n) put(y + (i), kept(&keeper, place, gelun(take(x + (i), n))), n)
    EACH_KEPT(count, dropout, SET)
#undef SET
}

// The derivative of x times the normal distribution: the distribution, and x times its density. Both from one
// exponential (Abramowitz and Stegun 7.1.26; absolute error of the distribution below 2e-7).
INLINE fn gelu_slope(fn x) {
    fn away = (fn)((un)x & 0x7FFFFFFFu), density = expn(x * x * -0.5f);
    fn t = 1.0f / (away * (0.3275911f * 0.707106781f) + 1.0f);
    fn tail = t * 1.061405429f - 1.453152027f;
    tail = tail * t + 1.421413741f;
    tail = tail * t - 0.284496736f;
    tail = tail * t + 0.254829592f;
    tail = tail * t * density * 0.5f;
    return N_(either)(x < 0, tail, 1.0f - tail) + x * density * 0.39894228f;
}

static void gelu_backward(const float *x, const float *dy, float *dx, size_t count,
                          const struct parley_dropout *dropout) {
#define SET(i, place, n) \
    put(dx + (i), kept(&keeper, place, take(dy + (i), n)) * gelu_slope(take(x + (i), n)), n)
    EACH_KEPT(count, dropout, SET)
#undef SET
}

static void scale(float *x, size_t count, float factor) {
    for (size_t i = 0; i < count; i++) {
        x[i] *= factor;
    }
}

static double squares(const float *x, size_t count) {
    double sum = 0;
    for (size_t start = 0; start < count; start += 1024) {
        size_t end = count - start < 1024 ? count : start + 1024, i = start;
        fn even = {0}, odd = {0};
        for (; i + 2 * NATIVE <= end; i += 2 * NATIVE) {
            fn one = loadn(x + i), other = loadn(x + i + NATIVE);
            even += one * one;
            odd += other * other;
        }
        for (; i < end; i++) {
            sum += (double)x[i] * x[i];
        }
        sum += sumn(even + odd);
    }
    return sum;
}

INLINE void adam_vector(const struct parley_adam *adam, float *w, float *m, float *v, float *const *gradients,
                        size_t count, size_t i, size_t n) {
    fn g = {0}, weight = take(w + i, n);
    for (size_t c = 0; c < count; c++) {
        g += take(gradients[c] + i, n);
        put(gradients[c] + i, (fn){0}, n);
    }
    g += (fn)((un)(g > 0) & (un)(weight * adam->decay));
    fn first = take(m + i, n), second = take(v + i, n);
    first += (g - first) * (1 - adam->beta1);
    second += (g * g - second) * (1 - adam->beta2);
    put(m + i, first, n);
    put(v + i, second, n);
    put(w + i, weight - first * adam->step / (__builtin_elementwise_sqrt(second) + adam->epsilon), n);
}

static void adam(const struct parley_adam *adam, float *w, float *m, float *v, float *const *gradients, size_t count,
                 size_t from, size_t to) {
    size_t i = from;
    for (; i + NATIVE <= to; i += NATIVE) {
        adam_vector(adam, w, m, v, gradients, count, i, NATIVE);
    }
    if (i < to) {
        adam_vector(adam, w, m, v, gradients, count, i, to - i);
    }
}
