// Products with kernels that are stored without zeros. Included once per level.
//
// Four outputs are summed at a time. A step loads four offsets at once and four weights at once; each weight is spread
// over a vector by a shuffle (cheaper here than four more loads) and multiplied with the lanes of its input. Nothing
// depends on the step before but the sums themselves.

// Keeps the compiler from loading the parts one by one after all.
#if defined(__x86_64__) && NATIVE == 16
#define KEEP_VECTOR(v) __asm__("" : "+v"(v))
#elif defined(__x86_64__)
#define KEEP_VECTOR(v) __asm__("" : "+x"(v))
#else
#define KEEP_VECTOR(v) ((void)0)
#endif
#define KEEP_SCALAR(v) __asm__("" : "+r"(v))

#define SHUFFLE __builtin_shufflevector
// Four numbers, repeated to fill a vector.
INLINE f4 fours4(const float *w) { return LOAD(4, w); }
INLINE f8 fours8(const float *w) {
    f4 v = LOAD(4, w);
    return SHUFFLE(v, v, 0, 1, 2, 3, 0, 1, 2, 3);
}
INLINE f16 fours16(const float *w) {
    f4 v = LOAD(4, w);
    return SHUFFLE(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
}
// One of the four, in every place.
#define ONE_OF4(v, i) SHUFFLE(v, v, i, i, i, i)
#define ONE_OF8(v, i) SHUFFLE(v, v, i, i, i, i, i + 4, i + 4, i + 4, i + 4)
#define ONE_OF16(v, i)                                                                                           \
    SHUFFLE(v, v, i, i, i, i, i + 4, i + 4, i + 4, i + 4, i + 8, i + 8, i + 8, i + 8, i + 12, i + 12, i + 12, i + 12)
// The same vector until `n` lanes are filled.
#define FILL_4_8(v) SHUFFLE(v, v, 0, 1, 2, 3, 0, 1, 2, 3)
#define FILL_4_16(v) SHUFFLE(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)
#define FILL_8_8(v) (v)
#define FILL_8_16(v) SHUFFLE(v, v, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7)
#define FILL_16_16(v) (v)

// The four offsets of a step: one load, then as few and as short instructions as there can be.
#define TAKE_OFFSETS                                                                                             \
    uint64_t both;                                                                                               \
    memcpy(&both, offsets, sizeof both);                                                                         \
    KEEP_SCALAR(both);                                                                                           \
    uint64_t upper = both >> 32;                                                                                 \
    KEEP_SCALAR(upper);                                                                                          \
    uint32_t low = (uint32_t)both, high = (uint32_t)upper
#define OFFSET_0 ((size_t)(uint16_t)low)
#define OFFSET_1 ((size_t)(low >> 16))
#define OFFSET_2 ((size_t)(uint16_t)high)
#define OFFSET_3 ((size_t)(high >> 16))

// `m` is the width of the vectors in which weights are spread, `n` the number of lanes.
#define STEP(m, n, a, b, c, d)                                                                                   \
    do {                                                                                                         \
        TAKE_OFFSETS;                                                                                            \
        f##m four = fours##m(weights);                                                                           \
        KEEP_VECTOR(four);                                                                                       \
        a += FILL_##m##_##n(ONE_OF##m(four, 0)) * LOAD(n, lanes + OFFSET_0 * n);                                 \
        b += FILL_##m##_##n(ONE_OF##m(four, 1)) * LOAD(n, lanes + OFFSET_1 * n);                                 \
        c += FILL_##m##_##n(ONE_OF##m(four, 2)) * LOAD(n, lanes + OFFSET_2 * n);                                 \
        d += FILL_##m##_##n(ONE_OF##m(four, 3)) * LOAD(n, lanes + OFFSET_3 * n);                                 \
        offsets += 4;                                                                                            \
        weights += 4;                                                                                            \
    } while (0)

#define FINISH(n, sum, output)                                                                                   \
    do {                                                                                                         \
        f##n total = bias ? sum + bias[output] : sum;                                                            \
        float *lane = y + (size_t)(output) * n;                                                                  \
        STORE(n, lane, accumulate ? total + LOAD(n, lane) : total);                                              \
    } while (0)

// One panel and one block of inputs. `accumulate`: the result is added to `y`.
#define DEFINE_PACKED_PANEL(m, n)                                                                                \
    static void packed_panel##n(const struct parley_packed_kernel *kernel, size_t block, const float *bias,      \
                                const float *x, float *y, int accumulate) {                                      \
        const uint32_t *starts = kernel->starts + block * kernel->groups;                                        \
        const uint16_t *order = kernel->order + block * kernel->outputs;                                         \
        const uint16_t *offsets = kernel->offsets + (size_t)starts[0] * 4;                                       \
        const float *weights = kernel->weights + (size_t)starts[0] * 4;                                          \
        const char *lanes = (const char *)x;                                                                     \
        for (size_t g = 0; g < kernel->groups; g++) {                                                            \
            size_t steps = starts[g + 1] - starts[g];                                                            \
            f##n a = {0}, b = {0}, c = {0}, d = {0};                                                             \
            if (n <= NATIVE) {                                                                                   \
                f##n e = {0}, f = {0}, o = {0}, h = {0};                                                         \
                for (; steps >= 2; steps -= 2) {                                                                 \
                    STEP(m, n, a, b, c, d);                                                                      \
                    STEP(m, n, e, f, o, h);                                                                      \
                }                                                                                                \
                a += e, b += f, c += o, d += h;                                                                  \
            }                                                                                                    \
            for (; steps > 0; steps--) {                                                                         \
                STEP(m, n, a, b, c, d);                                                                          \
            }                                                                                                    \
            const uint16_t *to = order + 4 * g;                                                                  \
            size_t left = kernel->outputs - 4 * g;                                                               \
            FINISH(n, a, to[0]);                                                                                 \
            if (left > 1) {                                                                                      \
                FINISH(n, b, to[1]);                                                                             \
            }                                                                                                    \
            if (left > 2) {                                                                                      \
                FINISH(n, c, to[2]);                                                                             \
            }                                                                                                    \
            if (left > 3) {                                                                                      \
                FINISH(n, d, to[3]);                                                                             \
            }                                                                                                    \
        }                                                                                                        \
    }

#if NATIVE == 16
DEFINE_PACKED_PANEL(8, 8)
DEFINE_PACKED_PANEL(16, 16)
#elif NATIVE == 8
DEFINE_PACKED_PANEL(8, 8)
DEFINE_PACKED_PANEL(8, 16)
#else
DEFINE_PACKED_PANEL(4, 8)
DEFINE_PACKED_PANEL(4, 16)
#endif

static void packed_product(const struct parley_packed_kernel *kernel, const float *bias, const float *x, float *y,
                           size_t width, size_t panels, int accumulate) {
    for (size_t block = 0; block < kernel->blocks; block++) {
        const float *add = block == 0 ? bias : NULL;
        for (size_t p = 0; p < panels; p++) {
            const float *from = x + p * kernel->inputs * width;
            float *to = y + p * kernel->outputs * width;
            if (width == 8) {
                packed_panel8(kernel, block, add, from, to, accumulate || block > 0);
            } else {
                packed_panel16(kernel, block, add, from, to, accumulate || block > 0);
            }
        }
    }
}

// One row needs no lanes: a vector holds the four inputs of a step.
static void packed_row_product(const struct parley_packed_kernel *kernel, const float *bias, const float *x,
                               float *y, int accumulate) {
    const uint16_t *offsets = kernel->offsets;
    const float *weights = kernel->weights;
    const char *bytes = (const char *)x;
#define INPUT(offset) (*(const float *)(bytes + (offset)))
#define ROW_STEP(sum)                                                                                            \
    do {                                                                                                         \
        TAKE_OFFSETS;                                                                                            \
        f4 four = {INPUT(OFFSET_0), INPUT(OFFSET_1), INPUT(OFFSET_2), INPUT(OFFSET_3)};                          \
        sum += four * LOAD(4, weights);                                                                          \
        offsets += 4;                                                                                            \
        weights += 4;                                                                                            \
    } while (0)
    for (size_t block = 0; block < kernel->blocks; block++) {
        const uint32_t *starts = kernel->starts + block * kernel->groups;
        const uint16_t *order = kernel->order + block * kernel->outputs;
        const float *add = block == 0 ? bias : NULL;
        for (size_t g = 0; g < kernel->groups; g++) {
            size_t steps = starts[g + 1] - starts[g];
            f4 even = {0}, odd = {0};
            for (; steps >= 2; steps -= 2) {
                ROW_STEP(even);
                ROW_STEP(odd);
            }
            if (steps > 0) {
                ROW_STEP(even);
            }
            even += odd;
            size_t left = kernel->outputs - 4 * g;
            for (size_t i = 0; i < 4 && i < left; i++) {
                size_t output = order[4 * g + i];
                float sum = add ? even[i] + add[output] : even[i];
                y[output] = accumulate || block > 0 ? y[output] + sum : sum;
            }
        }
    }
}
