// All kernels of training of one level. The including file defines NATIVE (floats in the widest vector), LEVEL and
// TABLE.
#include "../vectors.h"
#include "CKernels.h"

#include "../functions.h"

#define LANES PARLEY_LANES
// Vectors in a panel's row of lanes.
#define LANE_VECTORS (LANES / NATIVE)

#include "random.h"
#include "sums.h"
#include "tiles.h"

#include "elements.h"

#include "masked.h"
#include "dense.h"
#include "sparse.h"

#include "norm.h"
#include "rows.h"
#include "attention.h"
#include "crf.h"

const struct parley_training_kernels TABLE = {
    .level = LEVEL,
    .masked_forward = masked_forward,
    .masked_row_weights = masked_row_weights,
    .masked_input_gradient = masked_input_gradient,
    .masked_weight_gradient = masked_weight_gradient,
    .dense_forward = dense_forward,
    .dense_input_gradient = dense_input_gradient,
    .dense_weight_gradient = dense_weight_gradient,
    .bias_gradient = bias_gradient,
    .sparse_forward = sparse_forward,
    .sparse_weight_gradient = sparse_weight_gradient,
    .dropout = dropout,
    .gelu_forward = gelu_forward,
    .gelu_backward = gelu_backward,
    .scale = scale,
    .squares = squares,
    .adam = adam,
    .norm_forward = norm_forward,
    .norm_backward = norm_backward,
    .scale_and_place = scale_and_place,
    .attention_forward = attention_forward,
    .attention_backward = attention_backward,
    .rows_to_panels = rows_to_panels,
    .panels_to_rows = panels_to_rows,
    .crf_exponentials = crf_exponentials,
    .crf_losses = crf_losses,
    .crf_gradient = crf_gradient,
};
