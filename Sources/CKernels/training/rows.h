// Between rows and panels. Included once per level.

// A square of four rows and four features: rows lie `stride` floats apart, lanes side by side.
INLINE void square_to_panel(const float *const *rows, size_t feature, float *to, int accumulate) {
    f4 square[4] = {LOAD(4, rows[0] + feature), LOAD(4, rows[1] + feature), LOAD(4, rows[2] + feature),
                    LOAD(4, rows[3] + feature)};
    transpose4(square);
    for (size_t i = 0; i < 4; i++) {
        STORE(4, to + i * LANES, accumulate ? LOAD(4, to + i * LANES) + square[i] : square[i]);
    }
}

INLINE void row_to_lane(const float *row, size_t from, size_t features, float *lane, int accumulate) {
    for (size_t i = from; i < features; i++) {
        lane[i * LANES] = accumulate ? lane[i * LANES] + row[i] : row[i];
    }
}

static void rows_to_panels(const float *rows, size_t stride, size_t count, size_t features, const uint32_t *picks,
                           float *panels, int accumulate) {
    if (!picks && !accumulate && count % LANES) {
        memset(panels + count / LANES * LANES * features, 0, features * LANES * sizeof(float));
    }
    size_t fours = features & ~(size_t)3, r = 0;
    for (; !picks && r + 4 <= count; r += 4) {
        const float *four[4] = {rows + r * stride, rows + (r + 1) * stride, rows + (r + 2) * stride,
                                rows + (r + 3) * stride};
        float *to = panels + r / LANES * LANES * features + r % LANES;
        for (size_t i = 0; i < fours; i += 4) {
            square_to_panel(four, i, to + i * LANES, accumulate);
        }
        for (size_t k = 0; k < 4; k++) {
            row_to_lane(four[k], fours, features, to + k, accumulate);
        }
    }
    for (; r < count; r++) {
        size_t row = picks ? picks[r] : r;
        row_to_lane(rows + r * stride, 0, features, panels + row / LANES * LANES * features + row % LANES,
                    accumulate);
    }
}

static void panels_to_rows(const float *panels, size_t features, const uint32_t *picks, size_t count, float *rows,
                           size_t stride) {
    size_t fours = features & ~(size_t)3, r = 0;
    for (; !picks && r + 4 <= count; r += 4) {
        const float *from = panels + r / LANES * LANES * features + r % LANES;
        float *to = rows + r * stride;
        for (size_t i = 0; i < fours; i += 4) {
            f4 square[4];
            for (size_t k = 0; k < 4; k++) {
                square[k] = LOAD(4, from + (i + k) * LANES);
            }
            transpose4(square);
            for (size_t k = 0; k < 4; k++) {
                STORE(4, to + k * stride + i, square[k]);
            }
        }
        for (size_t i = fours; i < features; i++) {
            for (size_t k = 0; k < 4; k++) {
                to[k * stride + i] = from[i * LANES + k];
            }
        }
    }
    for (; r < count; r++) {
        size_t row = picks ? picks[r] : r;
        const float *from = panels + row / LANES * LANES * features + row % LANES;
        for (size_t i = 0; i < features; i++) {
            rows[r * stride + i] = from[i * LANES];
        }
    }
}

static void scale_and_place(float *x, float scale, const float *table, const uint32_t *positions, size_t rows,
                            size_t features) {
    size_t fours = features & ~(size_t)3;
    for (size_t r = 0; r < rows; r += 4) {
        size_t here = rows - r < 4 ? rows - r : 4, from = 0;
        float *to = x + r / LANES * LANES * features + r % LANES;
        if (here == 4) {
            const float *four[4];
            for (size_t k = 0; k < 4; k++) {
                four[k] = table + positions[r + k] * features;
            }
            for (size_t i = 0; i < fours; i += 4) {
                for (size_t k = 0; k < 4; k++) {
                    STORE(4, to + (i + k) * LANES, LOAD(4, to + (i + k) * LANES) * scale);
                }
                square_to_panel(four, i, to + i * LANES, 1);
            }
            from = fours;
        }
        for (size_t i = from; i < features; i++) {
            for (size_t k = 0; k < here; k++) {
                to[i * LANES + k] = to[i * LANES + k] * scale + table[positions[r + k] * features + i];
            }
        }
    }
}
