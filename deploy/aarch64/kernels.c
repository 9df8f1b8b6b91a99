// Holds the kernels of the portable level against plain loops, and prints what the exact ones compute, bit for bit: on
// every architecture it must print the same. Status 1 where a kernel is off.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "CKernels.h"

enum { WIDTH = 8 };
static const struct parley_kernels *kernels;
static int failures;
static uint64_t seed = 1;

static float number(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (float)((double)(seed >> 40) / 8388608.0 - 1.0);
}

// Zeros where `density` says so; 16 more floats may be read.
static float *numbers(size_t count, float density) {
    float *values = calloc(count + 16, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        float value = number();
        values[i] = fabsf(number()) < density ? value : 0;
    }
    return values;
}

static void check(const char *name, double found, double right, double tolerance) {
    if (!(fabs(found - right) <= tolerance * fmax(1, fabs(right)))) {
        failures++;
        fprintf(stderr, "%s: %.9g, not %.9g\n", name, found, right);
    }
}

static void print_bits(const char *name, const float *values, size_t count) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3u;
    }
    printf("%s %016llx\n", name, (unsigned long long)hash);
}

static size_t panels_of(size_t rows) { return (rows + WIDTH - 1) / WIDTH; }

static float *to_panels(const float *rows, size_t count, size_t features) {
    float *panels = numbers(panels_of(count) * features * WIDTH, 0);
    kernels->rows_to_panels(rows, count, features, features, panels, WIDTH);
    return panels;
}

static float *to_rows(const float *panels, size_t count, size_t features) {
    float *rows = numbers(count * features, 0);
    kernels->panels_to_rows(panels, count, features, features, rows, WIDTH);
    return rows;
}

// One block; the columns in their order, each group as long as its longest column.
static struct parley_packed_kernel pack(const float *kernel, size_t inputs, size_t outputs) {
    size_t groups = (outputs + 3) / 4;
    uint32_t *starts = calloc(groups + 1, sizeof *starts);
    uint16_t *order = calloc(groups * 4, sizeof *order), *offsets = calloc(groups * inputs * 4 + 16, sizeof *offsets);
    float *weights = calloc(groups * inputs * 4 + 16, sizeof *weights);
    for (size_t g = 0; g < groups; g++) {
        starts[g + 1] = starts[g];
        for (size_t c = 0; c < 4 && 4 * g + c < outputs; c++) {
            size_t step = starts[g];
            order[4 * g + c] = (uint16_t)(4 * g + c);
            for (size_t i = 0; i < inputs; i++) {
                float weight = kernel[i * outputs + 4 * g + c];
                if (weight != 0) {
                    offsets[step * 4 + c] = (uint16_t)(4 * i);
                    weights[step++ * 4 + c] = weight;
                }
            }
            starts[g + 1] = step > starts[g + 1] ? (uint32_t)step : starts[g + 1];
        }
        // Short columns go on with weights of zero, in the order of the inputs.
        for (size_t step = starts[g] + 1; step < starts[g + 1]; step++) {
            for (size_t c = 0; c < 4; c++) {
                if (weights[step * 4 + c] == 0) {
                    offsets[step * 4 + c] = offsets[(step - 1) * 4 + c];
                }
            }
        }
    }
    return (struct parley_packed_kernel){
        .inputs = (uint32_t)inputs, .outputs = (uint32_t)outputs, .blocks = 1, .groups = (uint32_t)groups,
        .starts = starts, .order = order, .offsets = offsets, .weights = weights,
    };
}

static void products(size_t rows, size_t inputs, size_t outputs) {
    float *x = numbers(rows * inputs, 1), *kernel = numbers(inputs * outputs, 0.4f), *bias = numbers(outputs, 1);
    struct parley_packed_kernel packed = pack(kernel, inputs, outputs);
    float *panels = to_panels(x, rows, inputs), *y = numbers(panels_of(rows) * outputs * WIDTH, 0);
    float *dense = numbers(rows * outputs, 0), *row = numbers(outputs, 0), *sparse = numbers(outputs, 0);
    uint16_t *places = calloc(outputs + 16, sizeof *places);
    int32_t *columns = calloc(inputs, sizeof *columns);
    kernels->dense_product(x, rows, inputs, kernel, inputs, outputs, bias, dense, outputs);
    kernels->packed_product(&packed, bias, panels, y, WIDTH, panels_of(rows), 0);
    kernels->packed_product(&packed, NULL, panels, y, WIDTH, panels_of(rows), 1);
    float *twice = to_rows(y, rows, outputs);
    kernels->packed_row_product(&packed, bias, x, row, 0);
    for (size_t i = 0; i < inputs; i++) {
        columns[i] = (int32_t)i;
    }
    kernels->sparse_product(columns, x, inputs, kernel, outputs, bias, sparse);
    for (size_t r = 0; r < rows; r++) {
        for (size_t o = 0; o < outputs; o++) {
            double sum = 0;
            for (size_t i = 0; i < inputs; i++) {
                sum += (double)x[r * inputs + i] * kernel[i * outputs + o];
            }
            check("dense_product", dense[r * outputs + o], sum + bias[o], 5e-5);
            check("packed_product", twice[r * outputs + o], 2 * sum + bias[o], 1e-4);
            if (r == 0) {
                check("packed_row_product", row[o], sum + bias[o], 5e-5);
                check("sparse_product", sparse[o], sum + bias[o], 5e-5);
            }
        }
    }
    kernels->exact_dense(panels, y, kernel, bias, inputs, outputs, rows);
    float *exact = to_rows(y, rows, outputs);
    print_bits("exact_dense", exact, rows * outputs);
    kernels->exact_packed(panels, y, &packed, bias, rows, places);
    float *same = to_rows(y, rows, outputs);
    print_bits("exact_packed", same, rows * outputs);
    for (size_t i = 0; i < rows * outputs; i++) {
        check("exact_dense", exact[i], dense[i], 5e-5);
        check("exact_packed", same[i], exact[i], 0);
    }
}

static void norms(size_t rows, size_t features) {
    float *x = numbers(rows * features, 1), *gamma = numbers(features, 1), *beta = numbers(features, 1);
    float *panels = to_panels(x, rows, features), *y = numbers(panels_of(rows) * features * WIDTH, 0);
    float *row = numbers(features, 0);
    kernels->layer_norm(panels, y, features, WIDTH, panels_of(rows), gamma, beta);
    float *found = to_rows(y, rows, features);
    kernels->exact_norm(panels, y, features, rows, gamma, beta);
    float *exact = to_rows(y, rows, features);
    for (size_t r = 0; r < rows; r++) {
        const float *values = x + r * features;
        double mean = 0, square = 0;
        for (size_t i = 0; i < features; i++) {
            mean += values[i] / (double)features;
        }
        for (size_t i = 0; i < features; i++) {
            square += (values[i] - mean) * (values[i] - mean) / (double)features;
        }
        kernels->layer_norm_row(values, row, features, gamma, beta);
        for (size_t i = 0; i < features; i++) {
            double right = (values[i] - mean) / sqrt(square + 1e-6) * gamma[i] + beta[i];
            check("layer_norm", found[r * features + i], right, 2e-5);
            check("layer_norm_row", row[i], right, 2e-5);
            check("exact_norm", exact[r * features + i], right, 2e-5);
        }
    }
    // Whole panels begin with the estimate of x86's 1 / sqrt, which other processors do not have.
    if (rows < WIDTH) {
        print_bits("exact_norm", exact, rows * features);
    }
}

static void attentions(size_t rows, size_t units, size_t heads, int unidirectional) {
    size_t depth = units / heads;
    float *rows_of[3], *panels[3];
    for (int i = 0; i < 3; i++) {
        rows_of[i] = numbers(rows * units, 1);
        panels[i] = to_panels(rows_of[i], rows, units);
    }
    float *out = numbers(panels_of(rows) * units * WIDTH, 0), *scores = numbers(panels_of(rows) * WIDTH * WIDTH, 0);
    struct parley_attention all = {
        .units = units, .heads = heads, .queries = rows, .query_width = WIDTH, .q = panels[0], .out = out,
        .keys = rows, .key_width = WIDTH, .k = panels[1], .v = panels[2], .scores = scores,
        .unidirectional = unidirectional,
    };
    kernels->attention(&all);
    float *found = to_rows(out, rows, units), *exact = NULL;
    if (!unidirectional) {
        kernels->exact_attention(panels[0], panels[1], panels[2], out, scores, units, heads, rows);
        exact = to_rows(out, rows, units);
        print_bits("exact_attention", exact, rows * units);
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t head = 0; head < heads; head++) {
            double weights[64], sum = 0;
            for (size_t j = 0; j < rows; j++) {
                const float *query = rows_of[0] + r * units + head * depth, *key = rows_of[1] + j * units + head * depth;
                double score = 0;
                for (size_t d = 0; d < depth; d++) {
                    score += (double)query[d] * key[d];
                }
                weights[j] = unidirectional && j > r ? 0 : exp(score / sqrt((double)depth));
                sum += weights[j];
            }
            for (size_t d = 0; d < depth; d++) {
                size_t place = r * units + head * depth + d;
                double right = 0;
                for (size_t j = 0; j < rows; j++) {
                    right += weights[j] / sum * rows_of[2][j * units + head * depth + d];
                }
                check("attention", found[place], right, 2e-5);
                if (exact) {
                    check("exact_attention", exact[place], right, 2e-5);
                }
            }
        }
    }
}

static void functions(void) {
    enum { COUNT = 2003 };
    float x[COUNT], y[COUNT], in_graph[COUNT], outside[COUNT];
    for (int i = 0; i < COUNT; i++) {
        // No rounding: a sum that is fused on one processor and not on the other would make other inputs.
        x[i] = y[i] = in_graph[i] = outside[i] = (float)(i - 1000) / 128;
    }
    kernels->gelu(y, COUNT);
    kernels->exact_gelu(in_graph, COUNT, 0);
    kernels->exact_gelu(outside, COUNT, 1);
    print_bits("exact_gelu", in_graph, COUNT);
    print_bits("exact_gelu", outside, COUNT);
    double highest = x[COUNT - 1], sum = 0;
    for (int i = 0; i < COUNT; i++) {
        double right = 0.5 * x[i] * (1 + erf(x[i] / sqrt(2)));
        check("gelu", y[i], right, 2e-6);
        check("exact_gelu", in_graph[i], right, 2e-6);
        check("exact_gelu", outside[i], right, 2e-6);
        y[i] = x[i];
        sum += exp(x[i] - highest);
    }
    kernels->softmax(y, COUNT);
    for (int i = 0; i < COUNT; i++) {
        check("softmax", y[i], exp(x[i] - highest) / sum, 1e-6);
    }
}

static void places(size_t rows, size_t features) {
    float *x = numbers(rows * features, 1), *table = numbers(rows * features, 1);
    float *panels = to_panels(x, rows, features), *same = to_panels(x, rows, features);
    kernels->scale_and_place(panels, 3, table, rows, features, WIDTH);
    kernels->exact_place(same, 3, table, rows, features);
    float *found = to_rows(panels, rows, features), *exact = to_rows(same, rows, features);
    print_bits("exact_place", exact, rows * features);
    for (size_t i = 0; i < rows * features; i++) {
        check("scale_and_place", found[i], 3.0 * x[i] + table[i], 1e-6);
        check("exact_place", exact[i], 3.0 * x[i] + table[i], 1e-6);
    }
}

int main(void) {
    kernels = parley_kernels_at(PARLEY_LEVEL_PORTABLE);
    const size_t shapes[][3] = {
        {1, 1, 1}, {1, 7, 3}, {2, 33, 20}, {5, 100, 50}, {8, 64, 65}, {9, 20, 128}, {17, 40, 47}, {7, 513, 10}, {1, 700, 9},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        products(shapes[i][0], shapes[i][1], shapes[i][2]);
        norms(shapes[i][0], shapes[i][1] + 1);
        places(shapes[i][0], shapes[i][1]);
    }
    for (size_t rows = 1; rows < 40; rows += 6) {
        attentions(rows, 24, 4, 0);
        attentions(rows, 24, 4, 1);
    }
    functions();
    fprintf(stderr, "%d wrong\n", failures);
    return failures != 0;
}
