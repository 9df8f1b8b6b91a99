// What works on panels feature by feature. Included once per level.

// Four sums at a time, because each addition waits for the one before.
#define DEFINE_PANELS(n)                                                                                         \
    static void layer_norm_panel##n(const float *x, float *y, size_t features, const float *gamma,               \
                                    const float *beta) {                                                         \
        f##n sums[4] = {{0}, {0}, {0}, {0}}, squares[4] = {{0}, {0}, {0}, {0}};                                  \
        size_t fours = features & ~(size_t)3;                                                                    \
        for (size_t i = 0; i < fours; i += 4) {                                                                  \
            for (int j = 0; j < 4; j++) {                                                                        \
                sums[j] += LOAD(n, x + (i + j) * n);                                                             \
            }                                                                                                    \
        }                                                                                                        \
        for (size_t i = fours; i < features; i++) {                                                              \
            sums[0] += LOAD(n, x + i * n);                                                                       \
        }                                                                                                        \
        f##n mean = ((sums[0] + sums[1]) + (sums[2] + sums[3])) / (float)features;                               \
        for (size_t i = 0; i < fours; i += 4) {                                                                  \
            for (int j = 0; j < 4; j++) {                                                                        \
                f##n off = LOAD(n, x + (i + j) * n) - mean;                                                      \
                squares[j] += off * off;                                                                         \
            }                                                                                                    \
        }                                                                                                        \
        for (size_t i = fours; i < features; i++) {                                                              \
            f##n off = LOAD(n, x + i * n) - mean;                                                                \
            squares[0] += off * off;                                                                             \
        }                                                                                                        \
        f##n square = (squares[0] + squares[1]) + (squares[2] + squares[3]);                                     \
        f##n scale = 1.0f / __builtin_elementwise_sqrt(square / (float)features + 1e-6f);                        \
        for (size_t i = 0; i < features; i++) {                                                                  \
            STORE(n, y + i * n, (LOAD(n, x + i * n) - mean) * scale * gamma[i] + beta[i]);                       \
        }                                                                                                        \
    }

DEFINE_PANELS(8)
DEFINE_PANELS(16)

static void layer_norm(const float *x, float *y, size_t features, size_t width, size_t panels, const float *gamma,
                       const float *beta) {
    for (size_t p = 0; p < panels; p++) {
        size_t offset = p * features * width;
        if (width == 8) {
            layer_norm_panel8(x + offset, y + offset, features, gamma, beta);
        } else {
            layer_norm_panel16(x + offset, y + offset, features, gamma, beta);
        }
    }
}

static void layer_norm_row(const float *x, float *y, size_t features, const float *gamma, const float *beta) {
    fn sums = {0}, squares = {0};
    size_t whole = features - features % NATIVE, left = features - whole;
    for (size_t i = 0; i < whole; i += NATIVE) {
        sums += loadn(x + i);
    }
    float sum = sumn(sums + load_some(x + whole, left));
    float mean = sum / (float)features;
    for (size_t i = 0; i < whole; i += NATIVE) {
        fn off = loadn(x + i) - mean;
        squares += off * off;
    }
    float square = sumn(squares);
    for (size_t i = whole; i < features; i++) {
        square += (x[i] - mean) * (x[i] - mean);
    }
    float scale = 1.0f / __builtin_elementwise_sqrt(square / (float)features + 1e-6f);
    for (size_t i = 0; i < features; i++) {
        y[i] = (x[i] - mean) * scale * gamma[i] + beta[i];
    }
}

static void gelu(float *x, size_t count) {
    size_t i = 0;
    for (; i + NATIVE <= count; i += NATIVE) {
        storen(x + i, gelun(loadn(x + i)));
    }
    store_some(x + i, gelun(load_some(x + i, count - i)), count - i);
}

static void softmax(float *x, size_t count) {
    float highest = x[0], sum = 0;
    for (size_t i = 1; i < count; i++) {
        highest = x[i] > highest ? x[i] : highest;
    }
    for (size_t i = 0; i < count; i += NATIVE) {
        size_t left = count - i < NATIVE ? count - i : NATIVE;
        fn e = expn(load_some(x + i, left) - highest);
        store_some(x + i, e, left);
        for (size_t j = 0; j < left; j++) {
            sum += e[j];
        }
    }
    for (size_t i = 0; i < count; i++) {
        x[i] /= sum;
    }
}

static void rows_to_panels(const float *rows, size_t count, size_t features, size_t stride, float *panels,
                           size_t width) {
    for (size_t start = 0; start < count; start += width, panels += features * width) {
        size_t here = count - start < width ? count - start : width;
        if (here < width) {
            memset(panels, 0, features * width * sizeof(float));
        }
        for (size_t r = 0; r < here; r++) {
            const float *row = rows + (start + r) * stride;
            for (size_t i = 0; i < features; i++) {
                panels[i * width + r] = row[i];
            }
        }
    }
}

static void panels_to_rows(const float *panels, size_t count, size_t features, size_t stride, float *rows,
                           size_t width) {
    for (size_t r = 0; r < count; r++) {
        const float *lane = panels + (r / width) * features * width + r % width;
        float *row = rows + r * stride;
        for (size_t i = 0; i < features; i++) {
            row[i] = lane[i * width];
        }
    }
}

static void scale_and_place(float *x, float scale, const float *table, size_t rows, size_t features, size_t width) {
    for (size_t start = 0; start < rows; start += width, x += features * width) {
        size_t here = rows - start < width ? rows - start : width;
        for (size_t i = 0; i < features; i++) {
            for (size_t r = 0; r < here; r++) {
                x[i * width + r] = x[i * width + r] * scale + table[(start + r) * features + i];
            }
        }
    }
}
