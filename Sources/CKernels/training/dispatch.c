#include "kernels.h"

const struct parley_training_kernels *parley_training_kernels_at(int level) {
    if (level > parley_best_level()) {
        return NULL;
    }
    switch (level) {
    case PARLEY_LEVEL_PORTABLE:
        return &parley_training_portable;
#if defined(__x86_64__)
    case PARLEY_LEVEL_AVX2:
        return &parley_training_avx2;
    case PARLEY_LEVEL_AVX512:
        return &parley_training_avx512;
#endif
    default:
        return NULL;
    }
}

// Up to the widest vector.
static size_t padded(size_t count) { return (count + 15) & ~(size_t)15; }

// Queries, keys, values, output and its gradient of one head, three squares, and twice as many relative rows as keys.
size_t parley_attention_scratch(size_t units, size_t heads, size_t longest) {
    size_t depth = padded(units / heads), length = padded(longest);
    return 5 * depth * length + 5 * length * length;
}

// Three squares, and for sixteen sentences at once two numbers a tag of each token and one of the sentence.
size_t parley_crf_scratch(size_t tags, size_t longest) {
    size_t width = padded(tags);
    return 3 * width * width + (2 * longest + 1) * width * 16;
}
