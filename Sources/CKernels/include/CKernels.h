// The arithmetic of the layers: float32, one thread, no allocation, no state.
//
// Activations come in two forms. *Rows*: one row of features per token, row-major. *Panels*: up to `width` (8 or 16)
// rows side by side, stored feature by feature as `width` floats ("lanes"), so that one vector operation serves one
// feature of all rows; further rows follow as further panels. Lanes beyond the last row hold finite numbers without
// meaning.
#ifndef PARLEY_CKERNELS_H
#define PARLEY_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CFloatingPoint.h"
#include "CTraining.h"

// What the processor must offer. A level includes those below it.
enum { PARLEY_LEVEL_PORTABLE = 0, PARLEY_LEVEL_AVX2 = 1, PARLEY_LEVEL_AVX512 = 2 };

// A kernel (inputs x outputs) without its zeros. Inputs are cut into blocks, so that the lanes of a block stay in the
// first-level cache. In each block, four outputs form a group; a group's steps hold one nonzero of each of the four:
// where its input is, and the weight. Shorter columns are filled with weights of zero.
struct parley_packed_kernel {
    uint32_t inputs, outputs, blocks, groups;
    // First step of each group of each block and, at [blocks * groups], the number of all steps.
    const uint32_t *starts;
    // For each block, which output each column of each group is; `outputs` per block, the last group may be short.
    const uint16_t *order;
    // Four per step: four times the index of the input.
    const uint16_t *offsets;
    const float *weights;
};

// The attention of one layer, over all heads. All four are panels of `units` features; queries may be fewer than
// keys: the first of them belongs to the key `first_query`.
struct parley_attention {
    size_t units, heads;
    size_t queries, first_query, query_width;
    const float *q;
    float *out;
    size_t keys, key_width;
    const float *k, *v;
    // Scratch of keys * query_width floats.
    float *scores;
    // Tables [heads][2 reach + 1][depth] ([heads][reach + 1][depth] if unidirectional), or NULL; the row for key j of
    // query i is clip(j - i, -reach, reach) + reach.
    const float *relative_keys, *relative_values;
    size_t relative_keys_reach, relative_values_reach;
    // Keys after the query are not seen.
    int unidirectional;
};

struct parley_kernels {
    int level;
    // y = x * kernel + bias, on panels; bias may be NULL. With `accumulate` the result is added to y.
    void (*packed_product)(const struct parley_packed_kernel *kernel, const float *bias, const float *x, float *y,
                           size_t width, size_t panels, int accumulate);
    // y = x * kernel + bias, on rows; bias may be NULL. 64 bytes after the kernel and the bias must be readable.
    void (*dense_product)(const float *x, size_t rows, size_t x_stride, const float *kernel, size_t inputs,
                          size_t outputs, const float *bias, float *y, size_t y_stride);
    // y = x * kernel + bias for one row of features; bias may be NULL.
    void (*packed_row_product)(const struct parley_packed_kernel *kernel, const float *bias, const float *x, float *y,
                               int accumulate);
    // One row of a sparse matrix times a kernel, plus bias: `count` pairs of column and value.
    void (*sparse_product)(const int32_t *columns, const float *values, size_t count, const float *kernel,
                           size_t outputs, const float *bias, float *y);
    // x = 0.5 x (1 + erf(x / sqrt 2)), in place.
    void (*gelu)(float *x, size_t count);
    // y = (x - mean) / sqrt(variance + 1e-6) * gamma + beta over the features of every lane.
    void (*layer_norm)(const float *x, float *y, size_t features, size_t width, size_t panels, const float *gamma,
                       const float *beta);
    void (*layer_norm_row)(const float *x, float *y, size_t features, const float *gamma, const float *beta);
    void (*attention)(const struct parley_attention *a);
    // x = x * scale + table, on panels; `table` has one row of features per position.
    void (*scale_and_place)(float *x, float scale, const float *table, size_t rows, size_t features, size_t width);
    void (*rows_to_panels)(const float *rows, size_t count, size_t features, size_t stride, float *panels,
                           size_t width);
    void (*panels_to_rows)(const float *panels, size_t count, size_t features, size_t stride, float *rows,
                           size_t width);
    // x = exp(x - max) / sum, in place.
    void (*softmax)(float *x, size_t count);

    // The same in the arithmetic of Rasa's TensorFlow, bit for bit (exact.h); panels have eight lanes. Slower.
    void (*exact_dense)(const float *x, float *y, const float *kernel, const float *bias, size_t inputs,
                        size_t outputs, size_t rows);
    // `places` is scratch of blocks * outputs.
    void (*exact_packed)(const float *x, float *y, const struct parley_packed_kernel *kernel, const float *bias,
                         size_t rows, uint16_t *places);
    void (*exact_norm)(const float *x, float *y, size_t features, size_t rows, const float *gamma, const float *beta);
    // All rows to all rows; `scores` is scratch of 8 * rows.
    void (*exact_attention)(const float *q, const float *k, const float *v, float *out, float *scores, size_t units,
                            size_t heads, size_t rows);
    // On any numbers, in place; `divides`: by sqrt 2, and not times its reciprocal.
    void (*exact_gelu)(float *x, size_t count, int divides);
    void (*exact_place)(float *x, float scale, const float *table, size_t rows, size_t features);
};

// The kernels of a level, or NULL if this processor does not offer it.
const struct parley_kernels *parley_kernels_at(int level);
// The highest level that this processor offers.
int parley_best_level(void);

#endif
