// Products with kernels that are stored without zeros. Included once per level.
//
// Four outputs are summed at a time. Each step costs four broadcasts of a weight and four multiply-adds with the lanes
// of the input it belongs to; no step depends on another but through its own sum.

#define DEFINE_PACKED_PRODUCT(n)                                                                                 \
    static void packed_panel##n(const struct parley_packed_kernel *kernel, const float *bias, const float *x,    \
                                float *y, int accumulate) {                                                      \
        for (size_t g = 0; g < kernel->groups; g++) {                                                            \
            const uint16_t *at = kernel->indices + (size_t)kernel->starts[g] * 4;                                \
            const float *w = kernel->weights + (size_t)kernel->starts[g] * 4;                                    \
            size_t steps = kernel->starts[g + 1] - kernel->starts[g];                                            \
            f##n a = {0}, b = {0}, c = {0}, d = {0};                                                             \
            for (size_t s = 0; s < steps; s++, at += 4, w += 4) {                                                \
                a += w[0] * LOAD(n, x + (size_t)at[0] * n);                                                      \
                b += w[1] * LOAD(n, x + (size_t)at[1] * n);                                                      \
                c += w[2] * LOAD(n, x + (size_t)at[2] * n);                                                      \
                d += w[3] * LOAD(n, x + (size_t)at[3] * n);                                                      \
            }                                                                                                    \
            f##n sums[4] = {a, b, c, d};                                                                         \
            size_t left = kernel->outputs - 4 * g;                                                               \
            for (size_t i = 0; i < 4 && i < left; i++) {                                                         \
                size_t output = kernel->order[4 * g + i];                                                        \
                f##n sum = bias ? sums[i] + bias[output] : sums[i];                                              \
                STORE(n, y + output * n, accumulate ? sum + LOAD(n, y + output * n) : sum);                      \
            }                                                                                                    \
        }                                                                                                        \
    }

DEFINE_PACKED_PRODUCT(8)
DEFINE_PACKED_PRODUCT(16)

static void packed_product(const struct parley_packed_kernel *kernel, const float *bias, const float *x, float *y,
                           size_t width, size_t panels, int accumulate) {
    for (size_t p = 0; p < panels; p++) {
        const float *from = x + p * kernel->inputs * width;
        float *to = y + p * kernel->outputs * width;
        if (width == 8) {
            packed_panel8(kernel, bias, from, to, accumulate);
        } else {
            packed_panel16(kernel, bias, from, to, accumulate);
        }
    }
}

static void packed_row_product(const struct parley_packed_kernel *kernel, const float *bias, const float *x,
                               float *y, int accumulate) {
    for (size_t g = 0; g < kernel->groups; g++) {
        const uint16_t *at = kernel->indices + (size_t)kernel->starts[g] * 4;
        const float *w = kernel->weights + (size_t)kernel->starts[g] * 4;
        size_t steps = kernel->starts[g + 1] - kernel->starts[g];
        float sums[4] = {0, 0, 0, 0};
        for (size_t s = 0; s < steps; s++, at += 4, w += 4) {
            for (int i = 0; i < 4; i++) {
                sums[i] += w[i] * x[at[i]];
            }
        }
        size_t left = kernel->outputs - 4 * g;
        for (size_t i = 0; i < 4 && i < left; i++) {
            size_t output = kernel->order[4 * g + i];
            y[output] = sums[i] + (bias ? bias[output] : 0) + (accumulate ? y[output] : 0);
        }
    }
}
