// Products of rows with dense and of sparse rows with dense kernels. Included once per level.

// A block of up to ROWS rows and two vectors of outputs stays in registers.
#if NATIVE == 4
#define ROWS 4
#else
#define ROWS 6
#endif

// `rows` and `two` are constants at every call, so the loops over them vanish. With one vector (`two` is 0), `some` of
// its outputs exist.
INLINE void dense_block(size_t rows, const float *x, size_t x_stride, const float *kernel, size_t inputs,
                        size_t outputs, const float *bias, float *y, size_t y_stride, int two, size_t some) {
    fn sums[ROWS][2];
    for (size_t r = 0; r < rows; r++) {
        sums[r][0] = bias ? loadn(bias) : (fn){0};
        if (two) {
            sums[r][1] = bias ? loadn(bias + NATIVE) : (fn){0};
        }
    }
    for (size_t k = 0; k < inputs; k++) {
        const float *weights = kernel + k * outputs;
        // Rows of the kernel lie further apart than the processor looks ahead by itself.
        __builtin_prefetch(weights + 16 * outputs);
        fn w0 = loadn(weights);
        fn w1 = {0};
        if (two) {
            w1 = loadn(weights + NATIVE);
        }
        for (size_t r = 0; r < rows; r++) {
            float value = x[r * x_stride + k];
            sums[r][0] += value * w0;
            if (two) {
                sums[r][1] += value * w1;
            }
        }
    }
    for (size_t r = 0; r < rows; r++) {
        float *to = y + r * y_stride;
        if (two) {
            storen(to, sums[r][0]);
            storen(to + NATIVE, sums[r][1]);
        } else if (some == NATIVE) {
            storen(to, sums[r][0]);
        } else {
            store_some(to, sums[r][0], some);
        }
    }
}

// `count` outputs (one or two vectors) of all rows; the kernel's columns stay in the cache meanwhile.
INLINE void dense_columns(const float *x, size_t rows, size_t x_stride, const float *kernel, size_t inputs,
                          size_t outputs, const float *bias, float *y, size_t y_stride, int two, size_t some) {
    while (rows > 0) {
        size_t now = rows < ROWS ? rows : ROWS;
        switch (now) {
#if ROWS > 4
        case 6:
            dense_block(6, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
        case 5:
            dense_block(5, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
#endif
        case 4:
            dense_block(4, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
        case 3:
            dense_block(3, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
        case 2:
            dense_block(2, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
        default:
            dense_block(1, x, x_stride, kernel, inputs, outputs, bias, y, y_stride, two, some);
            break;
        }
        rows -= now;
        x += now * x_stride;
        y += now * y_stride;
    }
}

// One row: as many vectors of outputs in flight as registers allow, because nothing is shared but the input.
static void dense_row(const float *x, const float *kernel, size_t inputs, size_t outputs, const float *bias,
                      float *y) {
    size_t n = 0;
    for (; n + 8 * NATIVE <= outputs; n += 8 * NATIVE) {
        fn sums[8];
        for (int i = 0; i < 8; i++) {
            sums[i] = bias ? loadn(bias + n + i * NATIVE) : (fn){0};
        }
        for (size_t k = 0; k < inputs; k++) {
            const float *weights = kernel + k * outputs + n;
            for (int i = 0; i < 8; i++) {
                sums[i] += x[k] * loadn(weights + i * NATIVE);
            }
        }
        for (int i = 0; i < 8; i++) {
            storen(y + n + i * NATIVE, sums[i]);
        }
    }
    for (; n < outputs; n += NATIVE) {
        size_t left = outputs - n;
        fn even = bias ? loadn(bias + n) : (fn){0}, odd = {0};
        size_t k = 0;
        for (; k + 2 <= inputs; k += 2) {
            even += x[k] * loadn(kernel + k * outputs + n);
            odd += x[k + 1] * loadn(kernel + (k + 1) * outputs + n);
        }
        if (k < inputs) {
            even += x[k] * loadn(kernel + k * outputs + n);
        }
        store_some(y + n, even + odd, left < NATIVE ? left : NATIVE);
    }
}

static void dense_product(const float *x, size_t rows, size_t x_stride, const float *kernel, size_t inputs,
                          size_t outputs, const float *bias, float *y, size_t y_stride) {
    if (rows == 1) {
        dense_row(x, kernel, inputs, outputs, bias, y);
        return;
    }
    size_t n = 0;
    for (; n + 2 * NATIVE <= outputs; n += 2 * NATIVE) {
        dense_columns(x, rows, x_stride, kernel + n, inputs, outputs, bias ? bias + n : bias, y + n, y_stride, 1, 0);
    }
    for (; n < outputs; n += NATIVE) {
        size_t left = outputs - n;
        dense_columns(x, rows, x_stride, kernel + n, inputs, outputs, bias ? bias + n : bias, y + n, y_stride, 0,
                      left < NATIVE ? left : NATIVE);
    }
}

static void sparse_product(const int32_t *columns, const float *values, size_t count, const float *kernel,
                           size_t outputs, const float *bias, float *y) {
    size_t n = 0;
    for (; n + 4 * NATIVE <= outputs; n += 4 * NATIVE) {
        fn sums[4];
        for (int i = 0; i < 4; i++) {
            sums[i] = bias ? loadn(bias + n + i * NATIVE) : (fn){0};
        }
        for (size_t c = 0; c < count; c++) {
            const float *weights = kernel + (size_t)columns[c] * outputs + n;
            for (int i = 0; i < 4; i++) {
                sums[i] += values[c] * loadn(weights + i * NATIVE);
            }
        }
        for (int i = 0; i < 4; i++) {
            storen(y + n + i * NATIVE, sums[i]);
        }
    }
    for (; n < outputs; n += NATIVE) {
        size_t left = outputs - n;
        fn sum = bias ? loadn(bias + n) : (fn){0};
        for (size_t c = 0; c < count; c++) {
            sum += values[c] * loadn(kernel + (size_t)columns[c] * outputs + n);
        }
        store_some(y + n, sum, left < NATIVE ? left : NATIVE);
    }
}
