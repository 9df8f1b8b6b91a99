// The arithmetic of training: float32, one thread, no allocation, no state. The same arguments give the same bits on
// one level.
//
// Activations and their gradients are *panels*: PARLEY_LANES rows side by side, stored feature by feature
// (`panel[feature * PARLEY_LANES + lane]`); further rows follow as further panels of the same number of features.
// Lanes beyond the last row hold finite numbers without meaning in activations, and zeros in gradients.
// Panels need no alignment; at 64 bytes they are fastest.
#ifndef PARLEY_CTRAINING_H
#define PARLEY_CTRAINING_H

#include <stddef.h>
#include <stdint.h>

#define PARLEY_LANES 32

// A kernel (inputs x outputs) of which only some entries live. Its numbers (weights, gradients) are stored compactly
// in column order: output by output, and in each by ascending input.
struct parley_masked_kernel {
    uint32_t inputs, outputs;
    // Where each column begins, outputs + 1 numbers, and the input of each entry.
    const uint32_t *starts;
    const uint16_t *rows;
    // The same entries row by row, in each by ascending output: where each row begins, inputs + 1 numbers, the output
    // of each entry and its place in column order.
    const uint32_t *row_starts;
    const uint16_t *columns;
    const uint32_t *places;
};

// Element i is dropped if parley_random_bits(key, first + i) is below rate * 2^32.
struct parley_dropout {
    float rate;
    uint64_t key, first;
};

// Rows of a sparse matrix.
struct parley_sparse_rows {
    const uint32_t *starts;
    const uint32_t *columns;
    const float *values;
    // Which rows of the matrix are meant, in this order; NULL for the first `count` as they stand.
    const uint32_t *picks;
    size_t count;
};

// The attention of one layer, over all heads, within sequences: sequence s is the rows starts[s] ..< starts[s + 1] of
// the panels. Sequences follow each other without gaps from row 0 on.
struct parley_training_attention {
    size_t units, heads;
    const uint32_t *starts;
    size_t sequences;
    const float *q, *k, *v;
    // Tables [heads][2 reach + 1][depth] ([heads][reach + 1][depth] if unidirectional), or NULL; the row for key j of
    // query i is clip(j - i, -reach, reach) + reach.
    const float *relative_keys, *relative_values;
    size_t relative_keys_reach, relative_values_reach;
    // Keys after the query are not seen.
    int unidirectional;
    // Dropped looks get -1e9 added before the softmax, keys after the query excepted; NULL for none. Counted as the
    // weights are.
    const struct parley_dropout *dropout;
    // The shares after the softmax, for each sequence [heads][key][query]: written forward, read backward.
    // heads * (sum of squared lengths) floats.
    float *weights;
    // parley_attention_scratch(units, heads, longest sequence) floats.
    float *scratch;
};

// Where gradients are added; the relative ones may be NULL where there is no table.
struct parley_attention_gradients {
    // Written, not added to.
    float *q, *k, *v;
    float *relative_keys, *relative_values;
};

// Keras' Adam.
struct parley_adam {
    // The learning rate with both corrections: rate * sqrt(1 - beta2^t) / (1 - beta1^t).
    float step;
    float beta1, beta2, epsilon;
    // Twice the factor of the squared weights in the loss. As in Rasa, decay * w joins only gradients above zero.
    float decay;
};

// A conditional random field's transitions [from][to].
struct parley_crf {
    size_t tags;
    const float *transitions;
    // By crf_exponentials.
    const float *exponentials;
    float highest;
};

struct parley_training_kernels {
    int level;

    // ---- Products on panels; bias may be NULL. ----
    // y = x * kernel + bias.
    void (*masked_forward)(const struct parley_masked_kernel *kernel, const float *weights, const float *bias,
                           const float *x, float *y, size_t panels);
    // The weights row by row (`places`), as masked_input_gradient takes them: once a step.
    void (*masked_row_weights)(const struct parley_masked_kernel *kernel, const float *weights, float *row_weights);
    // dx (+)= dy * transposed kernel.
    void (*masked_input_gradient)(const struct parley_masked_kernel *kernel, const float *row_weights,
                                  const float *dy, float *dx, size_t panels, int accumulate);
    // dw += the gradient of each entry, in column order.
    void (*masked_weight_gradient)(const struct parley_masked_kernel *kernel, const float *x, const float *dy,
                                   float *dw, size_t panels);
    // The same for whole kernels, row-major [inputs][outputs].
    void (*dense_forward)(const float *kernel, size_t inputs, size_t outputs, const float *bias, const float *x,
                          float *y, size_t panels);
    void (*dense_input_gradient)(const float *kernel, size_t inputs, size_t outputs, const float *dy, float *dx,
                                 size_t panels, int accumulate);
    void (*dense_weight_gradient)(size_t inputs, size_t outputs, const float *x, const float *dy, float *dw,
                                  size_t panels);
    // db += sums over rows.
    void (*bias_gradient)(const float *dy, size_t features, size_t panels, float *db);

    // ---- Sparse input, on rows of `outputs` floats. ----
    // y = x * kernel + bias; bias may be NULL. Dropped entries of x count as zero, the others stay as they are
    // (Rasa's sparse dropout); they are counted in the order of the rows picked. dropout may be NULL.
    void (*sparse_forward)(const struct parley_sparse_rows *x, const struct parley_dropout *dropout,
                           const float *kernel, size_t outputs, const float *bias, float *y, size_t y_stride);
    // dkernel += transposed x * dy.
    void (*sparse_weight_gradient)(const struct parley_sparse_rows *x, const struct parley_dropout *dropout,
                                   const float *dy, size_t dy_stride, size_t outputs, float *dkernel);

    // ---- Element by element; x and y may be the same array. dropout may be NULL. ----
    // y (+)= x, of which dropped elements are 0 and the others divided by 1 - rate. Backward is the same with
    // gradients; without dropout it copies or adds.
    void (*dropout)(const float *x, float *y, size_t count, const struct parley_dropout *dropout, int accumulate);
    // y = dropout(0.5 x (1 + erf(x / sqrt 2))).
    void (*gelu_forward)(const float *x, float *y, size_t count, const struct parley_dropout *dropout);
    // dx = dropout(dy) * gelu'(x).
    void (*gelu_backward)(const float *x, const float *dy, float *dx, size_t count,
                          const struct parley_dropout *dropout);
    void (*scale)(float *x, size_t count, float factor);
    // The sum of squares.
    double (*squares)(const float *x, size_t count);
    // One step for the parameters from ..< to. The gradient is the sum of `count` arrays in this order, which are set
    // to zero.
    void (*adam)(const struct parley_adam *adam, float *w, float *m, float *v, float *const *gradients, size_t count,
                 size_t from, size_t to);

    // ---- Layers on panels. ----
    // y = (x - mean) * rstd * gamma + beta over the features of every lane, rstd = 1 / sqrt(variance + 1e-6); mean and
    // rstd hold one number per lane of every panel.
    void (*norm_forward)(const float *x, float *y, float *mean, float *rstd, size_t features, size_t panels,
                         const float *gamma, const float *beta);
    // dx (+)= …; dgamma and dbeta are added to.
    void (*norm_backward)(const float *x, const float *mean, const float *rstd, const float *gamma, const float *dy,
                          float *dx, float *dgamma, float *dbeta, size_t features, size_t panels, int accumulate);
    // x = x * scale + table[position], where the table has one row of features per position.
    void (*scale_and_place)(float *x, float scale, const float *table, const uint32_t *positions, size_t rows,
                            size_t features);
    void (*attention_forward)(const struct parley_training_attention *attention, float *out);
    void (*attention_backward)(const struct parley_training_attention *attention, const float *dout,
                               const struct parley_attention_gradients *gradients);

    // ---- Rows and panels; `stride` floats lie between the beginnings of rows. ----
    // Without `picks` all lanes are written (or, with `accumulate`, added to), zeros beyond the last row; with them
    // row r goes to lane picks[r] of the panels and no other lane is touched. No row is picked twice.
    void (*rows_to_panels)(const float *rows, size_t stride, size_t count, size_t features, const uint32_t *picks,
                           float *panels, int accumulate);
    void (*panels_to_rows)(const float *panels, size_t features, const uint32_t *picks, size_t count, float *rows,
                           size_t stride);

    // ---- Conditional random field. ----
    // exponentials = exp(transitions - highest); returns the highest transition. Once a step.
    float (*crf_exponentials)(const float *transitions, size_t tags, float *exponentials);
    // The losses -log P(tags of a sentence): sentence s is lengths[s] rows of logits ([row][tags]) from row starts[s]
    // on; `gold` has one tag per row. With dlogits, writes there (into the rows of the sentences) weights[s] times
    // the gradient, and adds to `pairs` and `dtransitions` ([tags][tags]) what crf_gradient unites.
    // `scratch`: parley_crf_scratch(tags, longest sentence) floats.
    void (*crf_losses)(const struct parley_crf *crf, const float *logits, const int32_t *gold, const uint32_t *starts,
                       const uint32_t *lengths, size_t sentences, float *losses, const float *weights,
                       float *dlogits, float *pairs, float *dtransitions, float *scratch);
    // dtransitions += exponentials * pairs, entry by entry; pairs = 0.
    void (*crf_gradient)(const struct parley_crf *crf, float *pairs, float *dtransitions);
};

// The kernels of a level, or NULL if this processor does not offer it.
const struct parley_training_kernels *parley_training_kernels_at(int level);

size_t parley_attention_scratch(size_t units, size_t heads, size_t longest);
size_t parley_crf_scratch(size_t tags, size_t longest);

// Two words that set apart streams of random numbers; the upper half of an index belongs to the stream.
static inline uint64_t parley_random_stream(uint64_t key, uint32_t upper) {
    uint64_t z = key + (uint64_t)upper * 0xD1B54A32D192ED03u + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// Random bits by counter: a mix of 32-bit words (the constants of Chris Wellons' "triple32"), in which the stream's
// second word enters after the first round, so that two streams are no shifts of each other.
static inline uint32_t parley_random_bits(uint64_t key, uint64_t index) {
    uint64_t stream = parley_random_stream(key, (uint32_t)(index >> 32));
    uint32_t x = (uint32_t)index ^ (uint32_t)stream;
    x ^= x >> 17;
    x *= 0xED5AD4BBu;
    x ^= x >> 11;
    x += (uint32_t)(stream >> 32);
    x *= 0xAC4C1B51u;
    x ^= x >> 15;
    x *= 0x31848BABu;
    x ^= x >> 14;
    return x;
}

#endif
