// Products with whole kernels. Included once per level.

// A tile: so many outputs of so many vectors of lanes. Blocks of the kernel are packed tile by tile.
#define DENSE_OUTPUTS (NATIVE == 16 ? 8 : 3)
#define DENSE_VECTORS (NATIVE == 16 ? 2 : 4)
#define DENSE_INPUTS 128
#define DENSE_BLOCK 24

INLINE void dense_tile(const float *weights, size_t inputs, const float *x, float *y, size_t outputs,
                       const float *bias, int first) {
    fn sums[DENSE_OUTPUTS][DENSE_VECTORS];
    for (size_t o = 0; o < DENSE_OUTPUTS; o++) {
        for (size_t v = 0; v < DENSE_VECTORS; v++) {
            if (o >= outputs) {
                sums[o][v] = (fn){0};
            } else if (first) {
                sums[o][v] = N_(splat)(bias ? bias[o] : 0);
            } else {
                sums[o][v] = loadn(y + o * LANES + v * NATIVE);
            }
        }
    }
    for (size_t i = 0; i < inputs; i++) {
        fn weight[DENSE_OUTPUTS];
        for (size_t o = 0; o < DENSE_OUTPUTS; o++) {
            weight[o] = N_(splat)(weights[i * DENSE_OUTPUTS + o]);
        }
        for (size_t v = 0; v < DENSE_VECTORS; v++) {
            fn lanes = loadn(x + i * LANES + v * NATIVE);
            for (size_t o = 0; o < DENSE_OUTPUTS; o++) {
                sums[o][v] += weight[o] * lanes;
            }
        }
    }
    for (size_t o = 0; o < DENSE_OUTPUTS && o < outputs; o++) {
        for (size_t v = 0; v < DENSE_VECTORS; v++) {
            storen(y + o * LANES + v * NATIVE, sums[o][v]);
        }
    }
}

// The weight of input i and output o is kernel[i * input_stride + o * output_stride].
static void dense_panels(const float *kernel, size_t input_stride, size_t output_stride, const float *bias,
                         const float *x, size_t inputs, float *y, size_t outputs, size_t panels, int accumulate) {
    float packed[DENSE_INPUTS * DENSE_BLOCK];
    for (size_t i0 = 0; i0 < inputs; i0 += DENSE_INPUTS) {
        size_t deep = inputs - i0 < DENSE_INPUTS ? inputs - i0 : DENSE_INPUTS;
        for (size_t o0 = 0; o0 < outputs; o0 += DENSE_BLOCK) {
            size_t wide = outputs - o0 < DENSE_BLOCK ? outputs - o0 : DENSE_BLOCK;
            for (size_t o = 0; o < DENSE_BLOCK; o++) {
                float *to = packed + o / DENSE_OUTPUTS * DENSE_OUTPUTS * deep + o % DENSE_OUTPUTS;
                const float *from = kernel + i0 * input_stride + (o0 + o) * output_stride;
                for (size_t i = 0; i < deep; i++) {
                    to[i * DENSE_OUTPUTS] = o < wide ? from[i * input_stride] : 0;
                }
            }
            for (size_t p = 0; p < panels; p++) {
                for (size_t lane = 0; lane < LANES; lane += DENSE_VECTORS * NATIVE) {
                    for (size_t o = 0; o < wide; o += DENSE_OUTPUTS) {
                        dense_tile(packed + o * deep, deep, x + (p * inputs + i0) * LANES + lane,
                                   y + (p * outputs + o0 + o) * LANES + lane, wide - o, bias ? bias + o0 + o : NULL,
                                   i0 == 0 && !accumulate);
                    }
                }
            }
        }
    }
}

static void dense_forward(const float *kernel, size_t inputs, size_t outputs, const float *bias, const float *x,
                          float *y, size_t panels) {
    dense_panels(kernel, outputs, 1, bias, x, inputs, y, outputs, panels, 0);
}

static void dense_input_gradient(const float *kernel, size_t inputs, size_t outputs, const float *dy, float *dx,
                                 size_t panels, int accumulate) {
    dense_panels(kernel, 1, outputs, NULL, dy, outputs, dx, inputs, panels, accumulate);
}

// Of weight gradients, a tile is so many inputs times four outputs, over the lanes of a few panels.
#define GRADIENT_INPUTS (NATIVE == 16 ? 6 : 3)
#define GRADIENT_BLOCK 24
#define GRADIENT_PANELS 8

INLINE f4 four_sums(fn a, fn b, fn c, fn d) {
    fn sums = quad_sums(pair_sums(a, b), pair_sums(c, d));
#if NATIVE == 4
    return sums;
#elif NATIVE == 8
    return __builtin_shufflevector(sums, sums, 0, 1, 2, 3) + __builtin_shufflevector(sums, sums, 4, 5, 6, 7);
#else
    f8 halves = __builtin_shufflevector(sums, sums, 0, 1, 2, 3, 4, 5, 6, 7)
                + __builtin_shufflevector(sums, sums, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(halves, halves, 0, 1, 2, 3) + __builtin_shufflevector(halves, halves, 4, 5, 6, 7);
#endif
}

// Rows beyond the last are the last once more, and not stored.
INLINE void gradient_tile(const float *x, size_t inputs, size_t i, const float *dy, size_t outputs, size_t o,
                          size_t panels, float *dw) {
    fn sums[GRADIENT_INPUTS][4] = {{{0}}};
    size_t rows[GRADIENT_INPUTS], columns[4];
    for (size_t r = 0; r < GRADIENT_INPUTS; r++) {
        rows[r] = (i + r < inputs ? i + r : inputs - 1) * LANES;
    }
    for (size_t c = 0; c < 4; c++) {
        columns[c] = (o + c < outputs ? o + c : outputs - 1) * LANES;
    }
    for (size_t p = 0; p < panels; p++, x += inputs * LANES, dy += outputs * LANES) {
        for (size_t lane = 0; lane < LANES; lane += NATIVE) {
            fn left[GRADIENT_INPUTS];
            for (size_t r = 0; r < GRADIENT_INPUTS; r++) {
                left[r] = loadn(x + rows[r] + lane);
            }
            for (size_t c = 0; c < 4; c++) {
                fn right = loadn(dy + columns[c] + lane);
                for (size_t r = 0; r < GRADIENT_INPUTS; r++) {
                    sums[r][c] += left[r] * right;
                }
            }
        }
    }
    for (size_t r = 0; r < GRADIENT_INPUTS && i + r < inputs; r++) {
        f4 total = four_sums(sums[r][0], sums[r][1], sums[r][2], sums[r][3]);
        float *to = dw + (i + r) * outputs + o;
        if (o + 4 <= outputs) {
            STORE(4, to, LOAD(4, to) + total);
        } else {
            for (size_t c = 0; o + c < outputs; c++) {
                to[c] += total[c];
            }
        }
    }
}

static void dense_weight_gradient(size_t inputs, size_t outputs, const float *x, const float *dy, float *dw,
                                  size_t panels) {
    for (size_t p = 0; p < panels; p += GRADIENT_PANELS) {
        size_t here = panels - p < GRADIENT_PANELS ? panels - p : GRADIENT_PANELS;
        for (size_t i0 = 0; i0 < inputs; i0 += GRADIENT_BLOCK) {
            for (size_t o = 0; o < outputs; o += 4) {
                for (size_t i = i0; i < inputs && i < i0 + GRADIENT_BLOCK; i += GRADIENT_INPUTS) {
                    gradient_tile(x + p * inputs * LANES, inputs, i, dy + p * outputs * LANES, outputs, o, here, dw);
                }
            }
        }
    }
}

static void bias_gradient(const float *dy, size_t features, size_t panels, float *db) {
    for (size_t p = 0; p < panels; p++, dy += features * LANES) {
        for (size_t i = 0; i < features; i += NATIVE) {
            size_t here = features - i < NATIVE ? features - i : NATIVE;
            fn sums[NATIVE] = {{0}};
            for (size_t f = 0; f < here; f++) {
                for (size_t lane = 0; lane < LANES; lane += NATIVE) {
                    sums[f] += loadn(dy + (i + f) * LANES + lane);
                }
            }
            store_some(db + i, load_some(db + i, here) + sums_of(sums), here);
        }
    }
}
