// Rows of a sparse matrix times a kernel. Included once per level.

// The entries of a row that are not dropped, some at a time.
struct kept_entries {
    size_t count;
    const uint32_t *next, *end;
    size_t columns[256];
    float values[256];
};
#define KEPT_MOST 256

INLINE void next_entries(struct kept_entries *kept, const struct parley_sparse_rows *x,
                         const struct parley_dropout *dropout, uint32_t limit, uint64_t *counter) {
    kept->count = 0;
    for (; kept->next < kept->end && kept->count < KEPT_MOST; kept->next++, ++*counter) {
        if (limit && is_dropped(dropout, limit, *counter)) {
            continue;
        }
        kept->columns[kept->count] = *kept->next;
        kept->values[kept->count++] = x->values[kept->next - x->columns];
    }
}

#define SPARSE_VECTORS 8

INLINE void sparse_sums(const struct kept_entries *kept, const float *kernel, size_t outputs, size_t vectors,
                        float *y) {
    fn sums[SPARSE_VECTORS];
    for (size_t v = 0; v < vectors; v++) {
        sums[v] = loadn(y + v * NATIVE);
    }
    for (size_t e = 0; e < kept->count; e++) {
        const float *weights = kernel + kept->columns[e] * outputs;
        fn value = N_(splat)(kept->values[e]);
        for (size_t v = 0; v < vectors; v++) {
            sums[v] += value * loadn(weights + v * NATIVE);
        }
    }
    for (size_t v = 0; v < vectors; v++) {
        storen(y + v * NATIVE, sums[v]);
    }
}

static void sparse_forward(const struct parley_sparse_rows *x, const struct parley_dropout *dropout,
                           const float *kernel, size_t outputs, const float *bias, float *y, size_t y_stride) {
    uint32_t limit = dropout_limit(dropout);
    uint64_t counter = 0;
    struct kept_entries kept;
    for (size_t r = 0; r < x->count; r++, y += y_stride) {
        size_t row = x->picks ? x->picks[r] : r;
        kept.next = x->columns + x->starts[row];
        kept.end = x->columns + x->starts[row + 1];
        for (size_t o = 0; o < outputs; o++) {
            y[o] = bias ? bias[o] : 0;
        }
        while (kept.next < kept.end) {
            next_entries(&kept, x, dropout, limit, &counter);
            size_t o = 0;
            for (; o + SPARSE_VECTORS * NATIVE <= outputs; o += SPARSE_VECTORS * NATIVE) {
                sparse_sums(&kept, kernel + o, outputs, SPARSE_VECTORS, y + o);
            }
            for (; o + NATIVE <= outputs; o += NATIVE) {
                sparse_sums(&kept, kernel + o, outputs, 1, y + o);
            }
            for (; o < outputs; o++) {
                for (size_t e = 0; e < kept.count; e++) {
                    y[o] += kept.values[e] * kernel[kept.columns[e] * outputs + o];
                }
            }
        }
    }
}

static void sparse_weight_gradient(const struct parley_sparse_rows *x, const struct parley_dropout *dropout,
                                   const float *dy, size_t dy_stride, size_t outputs, float *dkernel) {
    uint32_t limit = dropout_limit(dropout);
    uint64_t counter = 0;
    struct kept_entries kept;
    for (size_t r = 0; r < x->count; r++, dy += dy_stride) {
        size_t row = x->picks ? x->picks[r] : r;
        kept.next = x->columns + x->starts[row];
        kept.end = x->columns + x->starts[row + 1];
        while (kept.next < kept.end) {
            next_entries(&kept, x, dropout, limit, &counter);
            for (size_t e = 0; e < kept.count; e++) {
                float *gradient = dkernel + kept.columns[e] * outputs;
                fn value = N_(splat)(kept.values[e]);
                size_t o = 0;
                for (; o + NATIVE <= outputs; o += NATIVE) {
                    storen(gradient + o, loadn(gradient + o) + value * loadn(dy + o));
                }
                for (; o < outputs; o++) {
                    gradient[o] += kept.values[e] * dy[o];
                }
            }
        }
    }
}
