// The arithmetic of TensorFlow 2.12 as Rasa 3.6 runs it on x86-64 with oneDNN, bit for bit: the same operations in the
// same order, each rounded where it is rounded there. Included once per level; all levels give the same numbers.
//
// Activations are panels: the lanes are rows, so that what belongs to one row never meets another.

// Products and sums are fused only where the text says so.
#pragma clang fp contract(off)

#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)

// oneDNN sums a product over its inputs one after the other with fused multiply-add. Of several rows it takes at most
// 384 inputs at a time, and adds up the sums of such parts.
INLINE size_t exact_part(size_t inputs, int is_one_row) {
    const size_t most = 384;
    if (is_one_row || inputs <= most) {
        return inputs;
    }
    return inputs >= 2 * most ? most : (inputs + 1) / 2;
}

// TensorFlow's Eigen is compiled for AVX without fused multiply-add. It sums a row of features in vectors of eight,
// four of them at a time where there are so many; what is left at the end it sums apart.
#define DEFINE_EXACT(n)                                                                                          \
    INLINE f##n exact_total##n(f##n *parts, f##n rest) {                                                         \
        f##n fours[4];                                                                                           \
        for (int i = 0; i < 4; i++) {                                                                            \
            fours[i] = parts[i] + parts[i + 4];                                                                  \
        }                                                                                                        \
        return rest + ((fours[0] + fours[2]) + (fours[1] + fours[3]));                                           \
    }                                                                                                            \
    /* The sum of the features, or of the squares of what they are off `mean` where `squares` is set. */         \
    INLINE f##n exact_sum##n(const float *x, size_t features, f##n mean, int squares) {                          \
        f##n parts[4][8], rest = {0};                                                                            \
        memset(parts, 0, sizeof parts);                                                                          \
        size_t i = 0;                                                                                            \
        for (; i < features; i++) {                                                                              \
            f##n value = LOAD(n, x + i * n);                                                                     \
            if (squares) {                                                                                       \
                value -= mean;                                                                                   \
                value *= value;                                                                                  \
            }                                                                                                    \
            size_t fours = features / 32 * 32, eights = features / 8 * 8;                                        \
            if (i < fours) {                                                                                     \
                parts[i / 8 % 4][i % 8] += value;                                                                \
                if (i == fours - 1) {                                                                            \
                    for (int p = 1; p < 4; p++) {                                                                \
                        for (int j = 0; j < 8; j++) {                                                            \
                            parts[0][j] += parts[p][j];                                                          \
                        }                                                                                        \
                    }                                                                                            \
                }                                                                                                \
            } else if (i < eights) {                                                                             \
                parts[0][i % 8] += value;                                                                        \
            } else {                                                                                             \
                rest += value;                                                                                   \
            }                                                                                                    \
        }                                                                                                        \
        return exact_total##n(parts[0], rest);                                                                   \
    }                                                                                                            \
    INLINE f##n exact_erf##n(f##n x) {                                                                           \
        x = max##n(min##n(x, splat##n(4.0f)), splat##n(-4.0f));                                                  \
        f##n u = x * x;                                                                                          \
        f##n p = u * -2.72614225801306e-10f + 2.77068142495902e-08f;                                             \
        p = u * p + -2.10102402082508e-06f;                                                                      \
        p = u * p + -5.69250639462346e-05f;                                                                      \
        p = u * p + -7.34990630326855e-04f;                                                                      \
        p = u * p + -2.95459980854025e-03f;                                                                      \
        p = u * p + -1.60960333262415e-02f;                                                                      \
        p = x * p;                                                                                               \
        f##n q = u * -1.45660718464996e-05f + -2.13374055278905e-04f;                                            \
        q = u * q + -1.68282697438203e-03f;                                                                      \
        q = u * q + -7.37332916720468e-03f;                                                                      \
        q = u * q + -1.42647390514189e-02f;                                                                      \
        return p / q;                                                                                            \
    }                                                                                                            \
    /* oneDNN's exponential. */                                                                                  \
    INLINE f##n exact_exp##n(f##n x) {                                                                           \
        i##n isSmall = x < splat##n(-87.3365478515625f);                                                         \
        x = max##n(min##n(x, splat##n(88.7228394f)), splat##n(-87.3365478515625f));                              \
        f##n k = __builtin_elementwise_floor(FMA(x, splat##n(1.44269502f), splat##n(0.5f)));                     \
        f##n r = FMA(-k, splat##n(0.693147182f), x);                                                             \
        i##n power = (__builtin_convertvector(k - 1.0f, i##n) + 127) << 23;                                      \
        f##n p = FMA(splat##n(0x1.0f9f9cp-7f), r, splat##n(0x1.573a1ap-5f));                                     \
        p = FMA(p, r, splat##n(0x1.555a8p-3f));                                                                  \
        p = FMA(p, r, splat##n(0x1.fffdc6p-2f));                                                                 \
        p = FMA(p, r, splat##n(0x1.fffff6p-1f));                                                                 \
        p = FMA(p, r, splat##n(1.0f));                                                                           \
        p = p * (f##n)power * 2.0f;                                                                              \
        return either##n(isSmall, splat##n(0.0f), p);                                                            \
    }                                                                                                            \
    /* `divides`: x / sqrt 2, and not x times the reciprocal, which is one bit off at times. */                  \
    INLINE f##n exact_gelu##n(f##n x, int divides) {                                                             \
        f##n shrunk = divides ? x / 0x1.6a09e6p+0f : x * 0x1.6a09e6p-1f;                                         \
        return (x * 0.5f) * (exact_erf##n(shrunk) + 1.0f);                                                       \
    }

DEFINE_EXACT(8)

// Panels of eight lanes.

static void exact_dense(const float *x, float *y, const float *kernel, const float *bias, size_t inputs,
                        size_t outputs, size_t rows) {
    for (size_t p = 0; p * 8 < rows; p++, x += inputs * 8, y += outputs * 8) {
        for (size_t o = 0; o < outputs; o++) {
            f8 total = {0};
            for (size_t from = 0; from < inputs;) {
                size_t end = from + exact_part(inputs - from, rows == 1);
                f8 sum = {0};
                for (size_t k = from; k < end; k++) {
                    sum = FMA(splat8(kernel[k * outputs + o]), LOAD(8, x + k * 8), sum);
                }
                total = from == 0 ? sum : total + sum;
                from = end;
            }
            STORE(8, y + o * 8, bias ? total + bias[o] : total);
        }
    }
}

// Weights of zero change no sum, so those that are stored are enough; they come in the order of their inputs.
// `places` is scratch of blocks * outputs.
static void exact_packed(const float *x, float *y, const struct parley_packed_kernel *kernel, const float *bias,
                         size_t rows, uint16_t *places) {
    size_t inputs = kernel->inputs, outputs = kernel->outputs;
    for (size_t b = 0; b < kernel->blocks; b++) {
        for (size_t place = 0; place < outputs; place++) {
            places[b * outputs + kernel->order[b * outputs + place]] = (uint16_t)place;
        }
    }
    for (size_t p = 0; p * 8 < rows; p++, x += inputs * 8, y += outputs * 8) {
        for (size_t o = 0; o < outputs; o++) {
            f8 total = {0}, sum = {0};
            size_t end = exact_part(inputs, rows == 1);
            int isFirst = 1;
            for (size_t b = 0; b < kernel->blocks; b++) {
                size_t place = places[b * outputs + o];
                const uint32_t *starts = kernel->starts + b * kernel->groups + place / 4;
                for (size_t at = starts[0] * (size_t)4 + place % 4; at < starts[1] * (size_t)4; at += 4) {
                    size_t k = kernel->offsets[at] / 4;
                    while (k >= end) {
                        total = isFirst ? sum : total + sum;
                        sum = (f8){0};
                        isFirst = 0;
                        end += exact_part(inputs - end, rows == 1);
                    }
                    sum = FMA(splat8(kernel->weights[at]), LOAD(8, x + k * 8), sum);
                }
            }
            total = isFirst ? sum : total + sum;
            STORE(8, y + o * 8, bias ? total + bias[o] : total);
        }
    }
}

// What Eigen makes of the processor's estimate of 1 / sqrt(x): it takes that for whole vectors of eight.
INLINE f8 exact_estimate(f8 x) {
#if defined(__x86_64__)
    f8 r;
    for (int i = 0; i < 8; i++) {
        f4 one = {x[i]};
        r[i] = __builtin_ia32_rsqrtss(one)[0];
    }
    return r * ((x * -0.5f * r) * r + 1.5f);
#else
    return 1.0f / __builtin_elementwise_sqrt(x);
#endif
}

static void exact_norm(const float *x, float *y, size_t features, size_t rows, const float *gamma, const float *beta) {
    for (size_t p = 0; p * 8 < rows; p++, x += features * 8, y += features * 8) {
        f8 mean = exact_sum8(x, features, (f8){0}, 0) / (float)features;
        f8 variance = exact_sum8(x, features, mean, 1) / (float)features + 1e-6f;
        f8 scale = p * 8 + 8 <= rows ? exact_estimate(variance) : 1.0f / __builtin_elementwise_sqrt(variance);
        for (size_t i = 0; i < features; i++) {
            f8 factor = scale * gamma[i];
            STORE(8, y + i * 8, LOAD(8, x + i * 8) * factor + (beta[i] - mean * factor));
        }
    }
}

// Attention of all rows to all: `q`, `k`, `v` and `out` are panels of `units`, `scores` is scratch of 8 * rows.
static void exact_attention(const float *q, const float *k, const float *v, float *out, float *scores, size_t units,
                            size_t heads, size_t rows) {
    size_t depth = units / heads, panel = units * 8;
    float scale = 1.0f / __builtin_elementwise_sqrt((float)depth);
    for (size_t p = 0; p * 8 < rows; p++) {
        for (size_t head = 0; head < heads; head++) {
            const float *queries = q + p * panel + head * depth * 8;
            f8 highest = splat8(-3e38f), parts[16];
            memset(parts, 0, sizeof parts);
            for (size_t j = 0; j < rows; j++) {
                const float *key = k + j / 8 * panel + head * depth * 8 + j % 8;
                f8 score = {0};
                for (size_t d = 0; d < depth; d++) {
                    score = FMA(splat8(key[d * 8]), LOAD(8, queries + d * 8), score);
                }
                score *= scale;
                STORE(8, scores + j * 8, score);
                highest = max8(highest, score);
            }
            for (size_t j = 0; j < rows; j++) {
                f8 e = exact_exp8(LOAD(8, scores + j * 8) - highest);
                STORE(8, scores + j * 8, e);
                parts[j % 16] += e;
            }
            for (size_t half = 8; half > 0; half /= 2) {
                for (size_t i = 0; i < half; i++) {
                    parts[i] += parts[i + half];
                }
            }
            f8 share = 1.0f / parts[0];
            for (size_t j = 0; j < rows; j++) {
                STORE(8, scores + j * 8, LOAD(8, scores + j * 8) * share);
            }
            for (size_t d = 0; d < depth; d++) {
                f8 total = {0};
                for (size_t j = 0; j < rows; j++) {
                    float value = v[j / 8 * panel + (head * depth + d) * 8 + j % 8];
                    total = FMA(splat8(value), LOAD(8, scores + j * 8), total);
                }
                STORE(8, out + p * panel + (head * depth + d) * 8, total);
            }
        }
    }
}

static void exact_gelu(float *x, size_t count, int divides) {
    for (size_t i = 0; i < count; i += 8) {
        size_t here = count - i < 8 ? count - i : 8;
        f8 value = {0};
        memcpy(&value, x + i, here * sizeof(float));
        value = exact_gelu8(value, divides);
        memcpy(x + i, &value, here * sizeof(float));
    }
}

static void exact_place(float *x, float scale, const float *table, size_t rows, size_t features) {
    for (size_t start = 0; start < rows; start += 8, x += features * 8) {
        size_t here = rows - start < 8 ? rows - start : 8;
        for (size_t i = 0; i < features; i++) {
            for (size_t r = 0; r < here; r++) {
                x[i * 8 + r] = x[i * 8 + r] * scale + table[(start + r) * features + i];
            }
        }
    }
}
