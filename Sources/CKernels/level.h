// All kernels of one level. The including file defines NATIVE (floats in the widest vector), LEVEL and TABLE.
#include "CKernels.h"
#include "vectors.h"

#include "functions.h"

#include "attention.h"
#include "dense_product.h"
#include "packed_product.h"
#include "panels.h"

// Last, as it turns fusing off for what follows.
#include "exact.h"

const struct parley_kernels TABLE = {
    .level = LEVEL,
    .packed_product = packed_product,
    .dense_product = dense_product,
    .packed_row_product = packed_row_product,
    .sparse_product = sparse_product,
    .gelu = gelu,
    .layer_norm = layer_norm,
    .layer_norm_row = layer_norm_row,
    .attention = attention,
    .scale_and_place = scale_and_place,
    .rows_to_panels = rows_to_panels,
    .panels_to_rows = panels_to_rows,
    .softmax = softmax,
    .exact_dense = exact_dense,
    .exact_packed = exact_packed,
    .exact_norm = exact_norm,
    .exact_attention = exact_attention,
    .exact_gelu = exact_gelu,
    .exact_place = exact_place,
};
