// Attention within packed sequences. Included once per level.
//
// One head of one sequence at a time is copied out of the panels, feature by feature, its rows side by side. Scores
// and weights then stand key by key with the queries side by side, so that the softmax is plain vector operations, and
// every step is a small product.

struct head {
    const struct parley_training_attention *a;
    size_t head, start, length, depth;
    // Vectors that hold `length` numbers, and the floats of them.
    size_t vectors, width;
};

// The rows of a relative table that a sequence can reach.
struct relative_rows {
    const float *table;
    size_t offset, count, reach;
};

INLINE struct relative_rows relative_rows_of(const struct head *h, const float *table, size_t reach) {
    size_t near = reach < h->length ? reach : h->length - 1;
    size_t all = (h->a->unidirectional ? reach : 2 * reach) + 1, count = (h->a->unidirectional ? near : 2 * near) + 1;
    size_t offset = (h->head * all + reach - near) * h->depth;
    return (struct relative_rows){table ? table + offset : NULL, offset, count, near};
}

// Which of them key j of query i has.
INLINE size_t relative_row(size_t i, size_t j, size_t reach) {
    if (j >= i) {
        return (j - i < reach ? j - i : reach) + reach;
    }
    return i - j < reach ? reach - (i - j) : 0;
}

// Lanes of the head's features, row by row of `width`; numbers beyond the sequence are finite.
static void gather_head(const struct head *h, const float *panels, float *to) {
    size_t units = h->a->units, rows = h->a->starts[h->a->sequences];
    const float *end = panels + (rows + LANES - 1) / LANES * LANES * units;
    for (size_t row = 0; row < h->length;) {
        size_t at = h->start + row, lane = at % LANES;
        size_t here = h->length - row < LANES - lane ? h->length - row : LANES - lane;
        const float *from = panels + at / LANES * LANES * units + h->head * h->depth * LANES + lane;
        for (size_t d = 0; d < h->depth; d++, from += LANES) {
            float *lanes = to + d * h->width + row;
            size_t i = 0;
            for (; i + NATIVE <= here; i += NATIVE) {
                storen(lanes + i, loadn(from + i));
            }
            // A whole vector once more, where there is one to read and a place for it: what follows is written later.
            if (i < here && (size_t)(end - from) >= i + NATIVE && row + i + NATIVE <= h->width) {
                storen(lanes + i, loadn(from + i));
                i += NATIVE;
            }
            for (; i < here; i++) {
                lanes[i] = from[i];
            }
            for (; row + here == h->length && row + i < h->width; i++) {
                lanes[i] = 0;
            }
        }
        row += here;
    }
}

// The other way, into the lanes of the sequence only.
static void scatter_head(const struct head *h, const float *from, float *panels) {
    size_t units = h->a->units;
    for (size_t row = 0; row < h->length;) {
        size_t at = h->start + row, lane = at % LANES;
        size_t here = h->length - row < LANES - lane ? h->length - row : LANES - lane;
        float *to = panels + at / LANES * LANES * units + h->head * h->depth * LANES + lane;
        for (size_t d = 0; d < h->depth; d++, to += LANES) {
            const float *lanes = from + d * h->width + row;
            size_t i = 0;
            for (; i + NATIVE <= here; i += NATIVE) {
                storen(to + i, loadn(lanes + i));
            }
            for (; i + 4 <= here; i += 4) {
                STORE(4, to + i, LOAD(4, lanes + i));
            }
            for (; i < here; i++) {
                to[i] = lanes[i];
            }
        }
        row += here;
    }
}

static void clear_after(float *panels, size_t rows, size_t features) {
    if (rows % LANES) {
        float *panel = panels + rows / LANES * LANES * features;
        for (size_t i = 0; i < features; i++) {
            memset(panel + i * LANES + rows % LANES, 0, (LANES - rows % LANES) * sizeof(float));
        }
    }
}

// to[j][i] += looks[row of (i, j)][i]: what each relative row gives to the queries, given to their keys.
INLINE void add_relative(const struct head *h, const struct relative_rows *rows, const float *looks, float *to) {
    for (size_t j = 0; j < h->length; j++) {
        for (size_t i = h->a->unidirectional ? j : 0; i < h->length; i++) {
            to[j * h->width + i] += looks[relative_row(i, j, rows->reach) * h->width + i];
        }
    }
}

// The other way: sums over the keys of each relative row; zeros beyond the sequence.
INLINE void sum_relative(const struct head *h, const struct relative_rows *rows, const float *from, float *looks) {
    memset(looks, 0, rows->count * h->width * sizeof(float));
    for (size_t j = 0; j < h->length; j++) {
        for (size_t i = h->a->unidirectional ? j : 0; i < h->length; i++) {
            looks[relative_row(i, j, rows->reach) * h->width + i] += from[j * h->width + i];
        }
    }
}

// The gradient of relative rows: gradient[r][d] += sum over queries of looks[r][i] * features[d][i]. `turned` is
// scratch of as many numbers as `features`.
static void relative_gradient(const struct head *h, const struct relative_rows *rows, const float *looks,
                              const float *features, float *turned, float *gradient) {
    float *to = gradient + rows->offset;
    if (h->depth % NATIVE == 0) {
        transpose(features, h->width, h->depth, h->width, turned, h->depth);
        small_product(looks, h->width, 1, turned, h->depth, h->length, to, h->depth, rows->count, h->depth / NATIVE,
                      1);
        return;
    }
    for (size_t r = 0; r < rows->count; r++) {
        for (size_t d = 0; d < h->depth; d++) {
            fn sum = {0};
            for (size_t i = 0; i < h->width; i += NATIVE) {
                sum += loadn(looks + r * h->width + i) * loadn(features + d * h->width + i);
            }
            to[r * h->depth + d] += sumn(sum);
        }
    }
}

// Scores of a key become minus 1e9 where it is not seen.
INLINE void hide(const struct head *h, uint32_t limit, uint64_t counter, size_t j, float *scores) {
    size_t seen_from = h->a->unidirectional ? j : 0;
    for (size_t i = 0; i < seen_from; i++) {
        scores[i] += -1e9f;
    }
    for (size_t i = seen_from; limit && i < h->length; i++) {
        if (is_dropped(h->a->dropout, limit, counter + j * h->length + i)) {
            scores[i] += -1e9f;
        }
    }
}

// Over the keys of each query, in place.
INLINE void softmax_over_keys(const struct head *h, float *scores) {
    for (size_t i = 0; i < h->width; i += NATIVE) {
        fn highest = loadn(scores + i), sum = {0};
        for (size_t j = 1; j < h->length; j++) {
            highest = N_(max)(highest, loadn(scores + j * h->width + i));
        }
        for (size_t j = 0; j < h->length; j++) {
            fn off = loadn(scores + j * h->width + i) - highest;
            fn share = (fn)((un)expn(off) & (un)(off > -87.0f));
            storen(scores + j * h->width + i, share);
            sum += share;
        }
        fn part = 1.0f / sum;
        for (size_t j = 0; j < h->length; j++) {
            storen(scores + j * h->width + i, loadn(scores + j * h->width + i) * part);
        }
    }
}

INLINE struct head head_of(const struct parley_training_attention *a, size_t sequence, size_t head) {
    size_t length = a->starts[sequence + 1] - a->starts[sequence], vectors = (length + NATIVE - 1) / NATIVE;
    return (struct head){a, head, a->starts[sequence], length, a->units / a->heads, vectors, vectors * NATIVE};
}

static void head_forward(const struct head *h, uint32_t limit, uint64_t counter, float *weights, float *out) {
    size_t width = h->width, size = h->depth * width;
    float *q = h->a->scratch, *k = q + size, *v = k + size, *y = v + size, *scores = y + size;
    float *looks = scores + width * width;
    float factor = 1 / __builtin_elementwise_sqrt((float)h->depth);
    gather_head(h, h->a->q, q);
    gather_head(h, h->a->k, k);
    gather_head(h, h->a->v, v);
    small_product(k, 1, width, q, width, h->depth, scores, width, h->length, h->vectors, 0);
    struct relative_rows keys = relative_rows_of(h, h->a->relative_keys, h->a->relative_keys_reach);
    if (keys.table) {
        small_product(keys.table, h->depth, 1, q, width, h->depth, looks, width, keys.count, h->vectors, 0);
        add_relative(h, &keys, looks, scores);
    }
    for (size_t j = 0; j < h->length; j++) {
        for (size_t i = 0; i < width; i += NATIVE) {
            storen(scores + j * width + i, loadn(scores + j * width + i) * factor);
        }
        hide(h, limit, counter, j, scores + j * width);
    }
    softmax_over_keys(h, scores);
    small_product(v, width, 1, scores, width, h->length, y, width, h->depth, h->vectors, 0);
    struct relative_rows values = relative_rows_of(h, h->a->relative_values, h->a->relative_values_reach);
    if (values.table) {
        sum_relative(h, &values, scores, looks);
        small_product(values.table, 1, h->depth, looks, width, values.count, y, width, h->depth, h->vectors, 1);
    }
    scatter_head(h, y, out);
    for (size_t j = 0; j < h->length; j++) {
        memcpy(weights + j * h->length, scores + j * width, h->length * sizeof(float));
    }
}

static void attention_forward(const struct parley_training_attention *a, float *out) {
    uint32_t limit = dropout_limit(a->dropout);
    uint64_t counter = 0;
    for (size_t s = 0; s < a->sequences; s++) {
        for (size_t head = 0; head < a->heads && a->starts[s] < a->starts[s + 1]; head++) {
            struct head h = head_of(a, s, head);
            head_forward(&h, limit, counter, a->weights + counter, out);
            counter += h.length * h.length;
        }
    }
    clear_after(out, a->starts[a->sequences], a->units);
}

// The weights' gradient becomes that of the scores (before the factor), in place.
INLINE void softmax_slopes(const struct head *h, const float *weights, float *slopes) {
    float factor = 1 / __builtin_elementwise_sqrt((float)h->depth);
    for (size_t i = 0; i < h->width; i += NATIVE) {
        fn mean = {0};
        for (size_t j = 0; j < h->length; j++) {
            mean += loadn(weights + j * h->width + i) * loadn(slopes + j * h->width + i);
        }
        for (size_t j = 0; j < h->length; j++) {
            fn off = (loadn(slopes + j * h->width + i) - mean) * factor;
            storen(slopes + j * h->width + i, loadn(weights + j * h->width + i) * off);
        }
    }
}

// Clears what lies between the sequence and the width, of all keys and of so many keys that squares can be turned.
INLINE void clear_beyond(const struct head *h, float *square) {
    for (size_t j = 0; j < h->length; j++) {
        memset(square + j * h->width + h->length, 0, (h->width - h->length) * sizeof(float));
    }
    memset(square + h->length * h->width, 0, (h->width - h->length) * h->width * sizeof(float));
}

static void head_backward(const struct head *h, const float *weights, const float *dout,
                          const struct parley_attention_gradients *gradients) {
    size_t width = h->width, size = h->depth * width, square = width * width;
    float *q = h->a->scratch, *k = q + size, *v = k + size, *d = v + size, *y = d + size;
    float *shares = y + size, *slopes = shares + square, *turned = slopes + square, *looks = turned + square;
    gather_head(h, h->a->q, q);
    gather_head(h, h->a->k, k);
    gather_head(h, h->a->v, v);
    gather_head(h, dout, d);
    for (size_t j = 0; j < h->length; j++) {
        memcpy(shares + j * width, weights + j * h->length, h->length * sizeof(float));
    }
    clear_beyond(h, shares);
    transpose(shares, width, width, width, turned, width);
    small_product(d, width, 1, turned, width, h->length, y, width, h->depth, h->vectors, 0);
    // y is [feature][key]: sums over the queries.
    scatter_head(h, y, gradients->v);
    small_product(v, 1, width, d, width, h->depth, slopes, width, h->length, h->vectors, 0);
    struct relative_rows values = relative_rows_of(h, h->a->relative_values, h->a->relative_values_reach);
    if (values.table) {
        small_product(values.table, h->depth, 1, d, width, h->depth, looks, width, values.count, h->vectors, 0);
        add_relative(h, &values, looks, slopes);
        sum_relative(h, &values, shares, looks);
        relative_gradient(h, &values, looks, d, y, gradients->relative_values);
    }
    softmax_slopes(h, shares, slopes);
    clear_beyond(h, slopes);
    small_product(k, width, 1, slopes, width, h->length, y, width, h->depth, h->vectors, 0);
    struct relative_rows keys = relative_rows_of(h, h->a->relative_keys, h->a->relative_keys_reach);
    if (keys.table) {
        sum_relative(h, &keys, slopes, looks);
        small_product(keys.table, 1, h->depth, looks, width, keys.count, y, width, h->depth, h->vectors, 1);
    }
    scatter_head(h, y, gradients->q);
    if (keys.table) {
        relative_gradient(h, &keys, looks, q, y, gradients->relative_keys);
    }
    transpose(slopes, width, width, width, turned, width);
    small_product(q, width, 1, turned, width, h->length, y, width, h->depth, h->vectors, 0);
    scatter_head(h, y, gradients->k);
}

static void attention_backward(const struct parley_training_attention *a, const float *dout,
                               const struct parley_attention_gradients *gradients) {
    const float *weights = a->weights;
    for (size_t s = 0; s < a->sequences; s++) {
        for (size_t head = 0; head < a->heads && a->starts[s] < a->starts[s + 1]; head++) {
            struct head h = head_of(a, s, head);
            head_backward(&h, weights, dout, gradients);
            weights += h.length * h.length;
        }
    }
    clear_after(gradients->q, a->starts[a->sequences], a->units);
    clear_after(gradients->k, a->starts[a->sequences], a->units);
    clear_after(gradients->v, a->starts[a->sequences], a->units);
}
