// Attention over panels. Included once per level. The lanes are queries, so that scores, softmax and sums over the
// keys are plain vector operations.

// The row of a relative table for query `i` and key `j`.
INLINE size_t relative_row(size_t i, size_t j, size_t reach) {
    if (j >= i) {
        return (j - i < reach ? j - i : reach) + reach;
    }
    return i - j < reach ? reach - (i - j) : 0;
}

#define DEFINE_ATTENTION(n)                                                                                      \
    /* One head of one panel of queries; `first` is the key that lane 0 belongs to. */                           \
    static void attention_head##n(const struct parley_attention *a, const float *q, float *out, size_t head,      \
                                  size_t first, size_t lanes) {                                                  \
        size_t depth = a->units / a->heads, start = head * depth;                                                \
        size_t key_panel = a->units * a->key_width;                                                              \
        float scale = 1.0f / __builtin_elementwise_sqrt((float)depth);                   \
        f##n highest = splat##n(-3e38f);                                                                         \
        for (size_t j = 0; j < a->keys; j++) {                                                                   \
            const float *k = a->k + (j / a->key_width) * key_panel + start * a->key_width + j % a->key_width;    \
            f##n even = {0}, odd = {0};                                                                          \
            size_t d = 0;                                                                                        \
            for (; d + 2 <= depth; d += 2) {                                                                     \
                even += k[d * a->key_width] * LOAD(n, q + (start + d) * n);                                      \
                odd += k[(d + 1) * a->key_width] * LOAD(n, q + (start + d + 1) * n);                             \
            }                                                                                                    \
            if (d < depth) {                                                                                     \
                even += k[d * a->key_width] * LOAD(n, q + (start + d) * n);                                      \
            }                                                                                                    \
            f##n score = even + odd;                                                                             \
            if (a->relative_keys) {                                                                              \
                size_t reach = a->relative_keys_reach, size = (a->unidirectional ? reach : 2 * reach) + 1;       \
                for (size_t r = 0; r < lanes; r++) {                                                             \
                    if (a->unidirectional && j > first + r) {                                                    \
                        continue;                                                                                \
                    }                                                                                            \
                    const float *row = a->relative_keys                                                          \
                                       + (head * size + relative_row(first + r, j, reach)) * depth;              \
                    float sum = 0;                                                                               \
                    for (size_t d = 0; d < depth; d++) {                                                         \
                        sum += q[(start + d) * n + r] * row[d];                                                  \
                    }                                                                                            \
                    score[r] += sum;                                                                             \
                }                                                                                                \
            }                                                                                                    \
            score *= scale;                                                                                      \
            if (a->unidirectional) {                                                                             \
                for (size_t r = 0; r < lanes; r++) {                                                             \
                    score[r] += j > first + r ? -1e9f : 0;                                                       \
                }                                                                                                \
            }                                                                                                    \
            STORE(n, a->scores + j * n, score);                                                                  \
            highest = max##n(highest, score);                                                                    \
        }                                                                                                        \
        f##n sum = {0};                                                                                          \
        for (size_t j = 0; j < a->keys; j++) {                                                                   \
            f##n e = exp##n(LOAD(n, a->scores + j * n) - highest);                                               \
            STORE(n, a->scores + j * n, e);                                                                      \
            sum += e;                                                                                            \
        }                                                                                                        \
        f##n share = 1.0f / sum;                                                                                 \
        for (size_t j = 0; j < a->keys; j++) {                                                                   \
            STORE(n, a->scores + j * n, LOAD(n, a->scores + j * n) * share);                                     \
        }                                                                                                        \
        for (size_t d = 0; d < depth; d++) {                                                                     \
            f##n total = {0};                                                                                    \
            for (size_t p = 0; p * a->key_width < a->keys; p++) {                                                \
                const float *v = a->v + p * key_panel + (start + d) * a->key_width;                              \
                size_t from = p * a->key_width;                                                                  \
                size_t here = a->keys - from < a->key_width ? a->keys - from : a->key_width;                     \
                for (size_t j = 0; j < here; j++) {                                                              \
                    total += v[j] * LOAD(n, a->scores + (from + j) * n);                                         \
                }                                                                                                \
            }                                                                                                    \
            STORE(n, out + (start + d) * n, total);                                                              \
        }                                                                                                        \
        if (a->relative_values) {                                                                                \
            size_t reach = a->relative_values_reach, size = (a->unidirectional ? reach : 2 * reach) + 1;         \
            for (size_t j = 0; j < a->keys; j++) {                                                               \
                for (size_t r = 0; r < lanes; r++) {                                                             \
                    if (a->unidirectional && j > first + r) {                                                    \
                        continue;                                                                                \
                    }                                                                                            \
                    const float *row = a->relative_values                                                        \
                                       + (head * size + relative_row(first + r, j, reach)) * depth;              \
                    float weight = a->scores[j * n + r];                                                         \
                    for (size_t d = 0; d < depth; d++) {                                                         \
                        out[(start + d) * n + r] += weight * row[d];                                             \
                    }                                                                                            \
                }                                                                                                \
            }                                                                                                    \
        }                                                                                                        \
    }

DEFINE_ATTENTION(8)
DEFINE_ATTENTION(16)

static void attention(const struct parley_attention *a) {
    for (size_t at = 0; at < a->queries; at += a->query_width) {
        size_t offset = (at / a->query_width) * a->units * a->query_width;
        size_t lanes = a->queries - at < a->query_width ? a->queries - at : a->query_width;
        for (size_t head = 0; head < a->heads; head++) {
            if (a->query_width == 8) {
                attention_head8(a, a->q + offset, a->out + offset, head, a->first_query + at, lanes);
            } else {
                attention_head16(a, a->q + offset, a->out + offset, head, a->first_query + at, lanes);
            }
        }
    }
}
