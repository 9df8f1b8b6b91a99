// What deploy/training/kernels runs. Times are the shortest of many, in CPU time of the thread.
#include <cblas.h>
#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "CKernels.h"

enum { PANELS = 16, ROWS = PANELS * PARLEY_LANES };
static const double density = 0.2;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// The billions of operations a second of `work`, which does `operations` of them.
#define SPEED(operations, work)                                                                                  \
    ({                                                                                                           \
        double begin = now(), shortest = 1e9;                                                                    \
        while (now() - begin < 0.15) {                                                                            \
            double start = now();                                                                                \
            work;                                                                                                \
            double time = now() - start;                                                                         \
            shortest = time < shortest ? time : shortest;                                                        \
        }                                                                                                        \
        (operations) / shortest / 1e9;                                                                           \
    })

static float *numbers(size_t count) {
    float *values = aligned_alloc(64, (count * sizeof(float) + 127) / 64 * 64);
    for (size_t i = 0; i < count; i++) {
        values[i] = (float)parley_random_bits(1, i) / 2147483648.0f - 1;
    }
    return values;
}

static struct parley_masked_kernel random_mask(size_t inputs, size_t outputs) {
    size_t most = inputs * outputs;
    uint32_t *starts = calloc(outputs + 1, sizeof *starts), *row_starts = calloc(inputs + 1, sizeof *row_starts);
    uint32_t *places = calloc(most, sizeof *places), *place_of = calloc(most, sizeof *place_of), count = 0;
    uint16_t *rows = calloc(most, sizeof *rows), *columns = calloc(most, sizeof *columns);
    for (size_t o = 0; o < outputs; o++) {
        for (size_t i = 0; i < inputs; i++) {
            if (parley_random_bits(2, i * outputs + o) < density * 4294967296.0) {
                place_of[i * outputs + o] = count + 1;
                rows[count++] = (uint16_t)i;
            }
        }
        starts[o + 1] = count;
    }
    count = 0;
    for (size_t i = 0; i < inputs; i++) {
        for (size_t o = 0; o < outputs; o++) {
            if (place_of[i * outputs + o]) {
                columns[count] = (uint16_t)o;
                places[count++] = place_of[i * outputs + o] - 1;
            }
        }
        row_starts[i + 1] = count;
    }
    free(place_of);
    return (struct parley_masked_kernel){(uint32_t)inputs, (uint32_t)outputs, starts, rows, row_starts, columns,
                                         places};
}

struct arrays {
    float *x, *y, *kernel, *gradient, *bias;
};

static void print_masked(const struct parley_training_kernels *kernels, size_t inputs, size_t outputs,
                         struct arrays a) {
    struct parley_masked_kernel mask = random_mask(inputs, outputs);
    double operations = 2.0 * mask.starts[outputs] * ROWS, whole = (double)(inputs * outputs) / mask.starts[outputs];
    double speeds[] = {
        SPEED(operations, kernels->masked_forward(&mask, a.kernel, a.bias, a.x, a.y, PANELS)),
        SPEED(operations, kernels->masked_input_gradient(&mask, a.kernel, a.y, a.x, PANELS, 0)),
        SPEED(operations, kernels->masked_weight_gradient(&mask, a.x, a.y, a.gradient, PANELS)),
    };
    printf("  masked    %4.0f (%.0f)  %4.0f (%.0f)  %4.0f (%.0f)\n", speeds[0], speeds[0] * whole, speeds[1],
           speeds[1] * whole, speeds[2], speeds[2] * whole);
}

static void print_whole(const struct parley_training_kernels *kernels, size_t inputs, size_t outputs,
                        struct arrays a) {
    double operations = 2.0 * (double)(inputs * outputs) * ROWS;
    printf("  whole     %4.0f  %4.0f  %4.0f\n",
           SPEED(operations, kernels->dense_forward(a.kernel, inputs, outputs, a.bias, a.x, a.y, PANELS)),
           SPEED(operations, kernels->dense_input_gradient(a.kernel, inputs, outputs, a.y, a.x, PANELS, 0)),
           SPEED(operations, kernels->dense_weight_gradient(inputs, outputs, a.x, a.y, a.gradient, PANELS)));
}

static void print_libraries(int inputs, int outputs, struct arrays a) {
    double operations = 2.0 * inputs * outputs * ROWS;
    printf("  oneDNN    %4.0f  %4.0f  %4.0f\n",
           SPEED(operations, dnnl_sgemm('N', 'N', ROWS, outputs, inputs, 1, a.x, inputs, a.kernel, outputs, 0, a.y,
                                        outputs)),
           SPEED(operations, dnnl_sgemm('N', 'T', ROWS, inputs, outputs, 1, a.y, outputs, a.kernel, outputs, 0, a.x,
                                        inputs)),
           SPEED(operations, dnnl_sgemm('T', 'N', inputs, outputs, ROWS, 1, a.x, inputs, a.y, outputs, 1, a.gradient,
                                        outputs)));
    printf("  OpenBLAS  %4.0f  %4.0f  %4.0f\n",
           SPEED(operations, cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, ROWS, outputs, inputs, 1, a.x,
                                         inputs, a.kernel, outputs, 0, a.y, outputs)),
           SPEED(operations, cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ROWS, inputs, outputs, 1, a.y,
                                         outputs, a.kernel, outputs, 0, a.x, inputs)),
           SPEED(operations, cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, inputs, outputs, ROWS, 1, a.x,
                                         inputs, a.y, outputs, 1, a.gradient, outputs)));
}

int main(void) {
    static const char *levels[] = {"portable", "AVX2", "AVX-512"};
    static const int shapes[][2] = {{128, 256}, {256, 256}, {256, 1024}, {1024, 256}, {256, 128}, {256, 20}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        int inputs = shapes[s][0], outputs = shapes[s][1];
        size_t size = (size_t)(inputs * outputs);
        struct arrays a = {numbers((size_t)(ROWS * inputs)), numbers((size_t)(ROWS * outputs)), numbers(size),
                           numbers(size), numbers((size_t)outputs)};
        printf("%d x %d, %d rows\n", inputs, outputs, ROWS);
        print_libraries(inputs, outputs, a);
        for (int level = parley_best_level(); level >= PARLEY_LEVEL_PORTABLE; level--) {
            printf(" %s\n", levels[level]);
            print_whole(parley_training_kernels_at(level), (size_t)inputs, (size_t)outputs, a);
            print_masked(parley_training_kernels_at(level), (size_t)inputs, (size_t)outputs, a);
        }
    }
}
