// Products with masked kernels. Included once per level.
//
// A product takes a group of panels at once, so that a weight is broadcast for all of them, and a block of inputs, so
// that their lanes stay near the first-level cache while the columns pass.

#define GROUP (NATIVE == 4 ? 1 : NATIVE == 8 ? 2 : 4)
// More than the cache holds: a longer stretch of each column is worth more than the last hits.
#define BLOCK_BYTES 49152
// Outputs of which the ends within a block are noted at a time.
#define COLUMNS 512

// One output of `group` panels; `group` is a constant at every call. The sums of every second, third … entry are
// apart where there would be too few to keep the adders busy.
INLINE void masked_column(size_t group, const uint16_t *indices, const float *weights, size_t count, const float *x,
                          size_t x_stride, fn *sums) {
    enum { MOST = 8 };
    size_t vectors = group * LANE_VECTORS, chains = vectors >= MOST ? 1 : MOST / vectors;
    fn apart[MOST] = {0};
    size_t e = 0;
    for (; e + chains <= count; e += chains) {
        for (size_t c = 0; c < chains; c++) {
            const float *from = x + (size_t)indices[e + c] * LANES;
            fn weight = N_(splat)(weights[e + c]);
            for (size_t v = 0; v < vectors; v++) {
                fn *sum = c == 0 ? sums + v : apart + (c * vectors + v) % MOST;
                *sum += weight * loadn(from + v / LANE_VECTORS * x_stride + v % LANE_VECTORS * NATIVE);
            }
        }
    }
    for (size_t c = 1; c < chains; c++) {
        for (size_t v = 0; v < vectors; v++) {
            sums[v] += apart[(c * vectors + v) % MOST];
        }
    }
    for (; chains > 1 && e < count; e++) {
        const float *from = x + (size_t)indices[e] * LANES;
        for (size_t v = 0; v < vectors; v++) {
            sums[v] += N_(splat)(weights[e]) * loadn(from + v / LANE_VECTORS * x_stride + v % LANE_VECTORS * NATIVE);
        }
    }
}

struct masked_block {
    const uint16_t *indices;
    const float *weights;
    // Where the entries of each output begin and end within the block.
    const uint32_t *begins, *ends;
    const float *bias;
    size_t outputs;
    // Whether y is written and not added to.
    int first;
};

INLINE void masked_group(size_t group, const struct masked_block *block, const float *x, size_t x_stride, float *y,
                         size_t y_stride) {
    size_t vectors = group * LANE_VECTORS;
    for (size_t o = 0; o < block->outputs; o++, y += LANES) {
        fn sums[GROUP * LANE_VECTORS];
        if (block->first) {
            fn bias = N_(splat)(block->bias ? block->bias[o] : 0);
            for (size_t v = 0; v < vectors; v++) {
                sums[v] = bias;
            }
        } else {
            for (size_t v = 0; v < vectors; v++) {
                sums[v] = loadn(y + v / LANE_VECTORS * y_stride + v % LANE_VECTORS * NATIVE);
            }
        }
        uint32_t begin = block->begins[o];
        masked_column(group, block->indices + begin, block->weights + begin, block->ends[o] - begin, x, x_stride,
                      sums);
        for (size_t v = 0; v < vectors; v++) {
            storen(y + v / LANE_VECTORS * y_stride + v % LANE_VECTORS * NATIVE, sums[v]);
        }
    }
}

static void masked_groups(const struct masked_block *block, const float *x, size_t x_stride, float *y,
                          size_t y_stride, size_t panels) {
    for (; panels >= GROUP; panels -= GROUP, x += GROUP * x_stride, y += GROUP * y_stride) {
        masked_group(GROUP, block, x, x_stride, y, y_stride);
    }
#if NATIVE == 16
    if (panels >= 2) {
        masked_group(2, block, x, x_stride, y, y_stride);
        panels -= 2, x += 2 * x_stride, y += 2 * y_stride;
    }
#endif
    if (GROUP > 1 && panels) {
        masked_group(1, block, x, x_stride, y, y_stride);
    }
}

// Moves `ends` on to where the entries reach `limit`.
INLINE void find_ends(const uint16_t *indices, const uint32_t *column_ends, size_t count, size_t limit,
                      uint32_t *ends) {
    for (size_t o = 0; o < count; o++) {
        uint32_t e = ends[o];
        while (e < column_ends[o] && indices[e] < limit) {
            e++;
        }
        ends[o] = e;
    }
}

static void masked_product(const uint32_t *starts, const uint16_t *indices, const float *weights, const float *bias,
                           const float *x, size_t inputs, float *y, size_t outputs, size_t panels, int accumulate) {
    size_t rows = BLOCK_BYTES / (GROUP * LANES * sizeof(float));
    // Equal blocks.
    size_t blocks = (inputs + rows - 1) / rows;
    rows = (inputs + blocks - 1) / blocks;
    uint32_t bounds[2][COLUMNS];
    for (size_t first = 0; first < outputs; first += COLUMNS) {
        size_t count = outputs - first < COLUMNS ? outputs - first : COLUMNS;
        memcpy(bounds[1], starts + first, count * sizeof(uint32_t));
        for (size_t row = 0; row < inputs; row += rows) {
            memcpy(bounds[0], bounds[1], count * sizeof(uint32_t));
            find_ends(indices, starts + first + 1, count, row + rows, bounds[1]);
            struct masked_block block = {
                indices, weights, bounds[0], bounds[1], bias ? bias + first : NULL, count, row == 0 && !accumulate,
            };
            masked_groups(&block, x, inputs * LANES, y + first * LANES, outputs * LANES, panels);
        }
    }
}

static void masked_forward(const struct parley_masked_kernel *kernel, const float *weights, const float *bias,
                           const float *x, float *y, size_t panels) {
    masked_product(kernel->starts, kernel->rows, weights, bias, x, kernel->inputs, y, kernel->outputs, panels, 0);
}

static void masked_row_weights(const struct parley_masked_kernel *kernel, const float *weights, float *row_weights) {
    for (uint32_t e = 0; e < kernel->row_starts[kernel->inputs]; e++) {
        row_weights[e] = weights[kernel->places[e]];
    }
}

static void masked_input_gradient(const struct parley_masked_kernel *kernel, const float *row_weights,
                                  const float *dy, float *dx, size_t panels, int accumulate) {
    masked_product(kernel->row_starts, kernel->columns, row_weights, NULL, dy, kernel->outputs, dx, kernel->inputs,
                   panels, accumulate);
}

// The products of one entry's lanes with `dy`, summed up to one vector.
INLINE fn lane_products(size_t group, const float *x, size_t x_stride, const fn *dy) {
    fn sum = loadn(x) * dy[0];
    for (size_t v = 1; v < group * LANE_VECTORS; v++) {
        sum += loadn(x + v / LANE_VECTORS * x_stride + v % LANE_VECTORS * NATIVE) * dy[v];
    }
    return sum;
}

INLINE void weight_gradient_group(size_t group, const struct masked_block *block, const float *x, size_t x_stride,
                                  const float *dy, size_t dy_stride, float *dw) {
    for (size_t o = 0; o < block->outputs; o++, dy += LANES) {
        fn lanes[GROUP * LANE_VECTORS];
        for (size_t v = 0; v < group * LANE_VECTORS; v++) {
            lanes[v] = loadn(dy + v / LANE_VECTORS * dy_stride + v % LANE_VECTORS * NATIVE);
        }
        uint32_t e = block->begins[o], end = block->ends[o];
        for (; e + NATIVE <= end; e += NATIVE) {
#define ENTRY(i) lane_products(group, x + (size_t)block->indices[e + (i)] * LANES, x_stride, lanes)
            storen(dw + e, loadn(dw + e) + SUMS(ENTRY));
        }
        if (e < end) {
            fn rest[NATIVE] = {0};
            for (uint32_t i = 0; i < end - e; i++) {
                rest[i] = ENTRY(i);
            }
#undef ENTRY
            store_some(dw + e, load_some(dw + e, end - e) + sums_of(rest), end - e);
        }
    }
}

static void weight_gradient_groups(const struct masked_block *block, const float *x, size_t x_stride,
                                   const float *dy, size_t dy_stride, size_t panels, float *dw) {
    for (; panels >= GROUP; panels -= GROUP, x += GROUP * x_stride, dy += GROUP * dy_stride) {
        weight_gradient_group(GROUP, block, x, x_stride, dy, dy_stride, dw);
    }
#if NATIVE == 16
    if (panels >= 2) {
        weight_gradient_group(2, block, x, x_stride, dy, dy_stride, dw);
        panels -= 2, x += 2 * x_stride, dy += 2 * dy_stride;
    }
#endif
    if (GROUP > 1 && panels) {
        weight_gradient_group(1, block, x, x_stride, dy, dy_stride, dw);
    }
}

static void masked_weight_gradient(const struct parley_masked_kernel *kernel, const float *x, const float *dy,
                                   float *dw, size_t panels) {
    size_t inputs = kernel->inputs, outputs = kernel->outputs;
    size_t rows = BLOCK_BYTES / (GROUP * LANES * sizeof(float));
    size_t blocks = (inputs + rows - 1) / rows;
    rows = (inputs + blocks - 1) / blocks;
    uint32_t bounds[2][COLUMNS];
    for (size_t first = 0; first < outputs; first += COLUMNS) {
        size_t count = outputs - first < COLUMNS ? outputs - first : COLUMNS;
        memcpy(bounds[1], kernel->starts + first, count * sizeof(uint32_t));
        for (size_t row = 0; row < inputs; row += rows) {
            memcpy(bounds[0], bounds[1], count * sizeof(uint32_t));
            find_ends(kernel->rows, kernel->starts + first + 1, count, row + rows, bounds[1]);
            struct masked_block block = {kernel->rows, NULL, bounds[0], bounds[1], NULL, count, 0};
            weight_gradient_groups(&block, x, inputs * LANES, dy + first * LANES, outputs * LANES, panels, dw);
        }
    }
}
