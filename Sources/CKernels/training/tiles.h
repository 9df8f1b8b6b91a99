// Products of matrices in tiles of registers. Included once per level.

#define TILE_ROWS 4
#define TILE_VECTORS (NATIVE == 16 ? 3 : 2)

INLINE void tile(size_t rows, size_t vectors, const float *a, size_t a_row, size_t a_step, const float *b,
                 size_t b_stride, size_t steps, float *c, size_t c_stride, int accumulate) {
    fn sums[TILE_ROWS][TILE_VECTORS] = {{{0}}};
    for (size_t t = 0; t < steps; t++) {
        for (size_t v = 0; v < vectors; v++) {
            fn right = loadn(b + t * b_stride + v * NATIVE);
            for (size_t r = 0; r < rows; r++) {
                sums[r][v] += N_(splat)(a[r * a_row + t * a_step]) * right;
            }
        }
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t v = 0; v < vectors; v++) {
            float *to = c + r * c_stride + v * NATIVE;
            storen(to, accumulate ? loadn(to) + sums[r][v] : sums[r][v]);
        }
    }
}

// c[r][v] (+)= sum over t of a[r * a_row + t * a_step] * b[t][v]: `rows` rows of `vectors` vectors each.
static void small_product(const float *a, size_t a_row, size_t a_step, const float *b, size_t b_stride, size_t steps,
                          float *c, size_t c_stride, size_t rows, size_t vectors, int accumulate) {
    for (size_t v = 0; v < vectors;) {
        size_t wide = vectors - v >= TILE_VECTORS ? TILE_VECTORS : 1;
        const float *right = b + v * NATIVE;
        float *to = c + v * NATIVE;
        size_t r = 0;
        for (; r + TILE_ROWS <= rows; r += TILE_ROWS) {
            if (wide > 1) {
                tile(TILE_ROWS, TILE_VECTORS, a + r * a_row, a_row, a_step, right, b_stride, steps, to + r * c_stride,
                     c_stride, accumulate);
            } else {
                tile(TILE_ROWS, 1, a + r * a_row, a_row, a_step, right, b_stride, steps, to + r * c_stride, c_stride,
                     accumulate);
            }
        }
        for (; r < rows; r++) {
            if (wide > 1) {
                tile(1, TILE_VECTORS, a + r * a_row, a_row, a_step, right, b_stride, steps, to + r * c_stride,
                     c_stride, accumulate);
            } else {
                tile(1, 1, a + r * a_row, a_row, a_step, right, b_stride, steps, to + r * c_stride, c_stride,
                     accumulate);
            }
        }
        v += wide;
    }
}

// Four rows of four numbers become columns.
INLINE void transpose4(f4 *rows) {
    f4 a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    f4 b = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    f4 c = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
    f4 d = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
    rows[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    rows[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    rows[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    rows[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// to[j][i] = from[i][j]; both are multiples of four.
static void transpose(const float *from, size_t from_stride, size_t rows, size_t columns, float *to,
                      size_t to_stride) {
    for (size_t i = 0; i < rows; i += 4) {
        for (size_t j = 0; j < columns; j += 4) {
            f4 square[4];
            for (size_t r = 0; r < 4; r++) {
                square[r] = LOAD(4, from + (i + r) * from_stride + j);
            }
            transpose4(square);
            for (size_t r = 0; r < 4; r++) {
                STORE(4, to + (j + r) * to_stride + i, square[r]);
            }
        }
    }
}
