// The forward-backward algorithm of a conditional random field. Included once per level.
//
// Sentences go in groups, in step with each other, so that a step over all transitions is a small product. Instead of
// logarithms the shares of the tags at every token are kept, and their sums apart.

#define CRF_GROUP 16

// The sentences of a group, the longest first, and their numbers by token and sentence.
struct crf_group {
    const struct parley_crf *crf;
    size_t count, vectors, width;
    const float *logits;
    const int32_t *gold;
    size_t sentence[CRF_GROUP], start[CRF_GROUP], length[CRF_GROUP];
    // Transitions' exponentials [from][to] and [to][from], rows of `width`.
    const float *forward, *backward;
    // [token][sentence] rows of `width`: shares given what came before, exponentials of logits by the share's sum.
    float *alphas, *scaled;
};

static float crf_exponentials(const float *transitions, size_t tags, float *exponentials) {
    size_t count = tags * tags;
    float highest = transitions[0];
    for (size_t i = 1; i < count; i++) {
        highest = transitions[i] > highest ? transitions[i] : highest;
    }
    for (size_t i = 0; i < count; i += NATIVE) {
        size_t here = count - i < NATIVE ? count - i : NATIVE;
        put(exponentials + i, expn(take(transitions + i, here) - highest), here);
    }
    return highest;
}

static void crf_gradient(const struct parley_crf *crf, float *pairs, float *dtransitions) {
    for (size_t i = 0; i < crf->tags * crf->tags; i++) {
        dtransitions[i] += crf->exponentials[i] * pairs[i];
        pairs[i] = 0;
    }
}

// How many sentences of the group have a token t.
INLINE size_t crf_running(const struct crf_group *g, size_t t) {
    size_t count = g->count;
    while (count > 0 && g->length[count - 1] <= t) {
        count--;
    }
    return count;
}

// One token of one sentence: alpha holds what comes from the token before, and becomes the tags' shares. Returns the
// logarithm of what the shares and `scaled` were divided by.
INLINE double crf_token(const struct crf_group *g, const float *logits, float *alpha, float *scaled) {
    size_t tags = g->crf->tags;
    float highest = logits[0];
    for (size_t j = 1; j < tags; j++) {
        highest = logits[j] > highest ? logits[j] : highest;
    }
    fn sums = {0};
    for (size_t j = 0; j < tags; j += NATIVE) {
        size_t here = tags - j < NATIVE ? tags - j : NATIVE;
        // Beyond the last tag alpha is zero.
        fn e = expn(take(logits + j, here) - highest), share = e * loadn(alpha + j);
        storen(scaled + j, e);
        storen(alpha + j, share);
        sums += share;
    }
    float sum = sumn(sums);
    sum = sum > 1e-37f ? sum : 1e-37f;
    for (size_t j = 0; j < g->width; j += NATIVE) {
        storen(alpha + j, loadn(alpha + j) / sum);
        storen(scaled + j, loadn(scaled + j) / sum);
    }
    return highest + (double)__builtin_logf(sum);
}

static void crf_forward(const struct crf_group *g, float *losses) {
    const struct parley_crf *crf = g->crf;
    size_t tags = crf->tags, step = CRF_GROUP * g->width;
    double normalizers[CRF_GROUP] = {0}, scores[CRF_GROUP] = {0};
    for (size_t t = 0; g->count > 0 && t < g->length[0]; t++) {
        size_t running = crf_running(g, t);
        float *alphas = g->alphas + t * step, *scaled = g->scaled + t * step;
        if (t > 0) {
            small_product(alphas - step, g->width, 1, g->forward, g->width, tags, alphas, g->width, running,
                          g->vectors, 0);
        }
        for (size_t s = 0; s < running; s++) {
            float *alpha = alphas + s * g->width;
            if (t == 0) {
                memset(alpha, 0, g->width * sizeof(float));
                for (size_t j = 0; j < tags; j++) {
                    alpha[j] = 1;
                }
            }
            size_t row = g->start[s] + t;
            normalizers[s] += crf_token(g, g->logits + row * tags, alpha, scaled + s * g->width);
            scores[s] += g->logits[row * tags + (size_t)g->gold[row]];
            if (t > 0) {
                normalizers[s] += crf->highest;
                scores[s] += crf->transitions[(size_t)g->gold[row - 1] * tags + (size_t)g->gold[row]];
            }
        }
    }
    for (size_t s = 0; s < g->count; s++) {
        losses[g->sentence[s]] = (float)(normalizers[s] - scores[s]);
    }
}

// `betas` are [sentence] rows, `pairs` [from] rows of `width`.
static void crf_backward(const struct crf_group *g, const float *weights, float *dlogits, float *betas,
                         float *pairs, float *dtransitions) {
    size_t tags = g->crf->tags, step = CRF_GROUP * g->width;
    for (size_t t = g->count > 0 ? g->length[0] : 0; t-- > 0;) {
        size_t running = crf_running(g, t);
        float *alphas = g->alphas + t * step, *scaled = g->scaled + t * step;
        for (size_t s = 0; s < running; s++) {
            float *beta = betas + s * g->width, *alpha = alphas + s * g->width, *e = scaled + s * g->width;
            size_t row = g->start[s] + t, gold = (size_t)g->gold[row];
            float weight = weights[g->sentence[s]], *slopes = dlogits + row * tags;
            if (t + 1 == g->length[s]) {
                for (size_t j = 0; j < g->width; j++) {
                    beta[j] = 1;
                }
            }
            for (size_t j = 0; j < tags; j += NATIVE) {
                size_t here = tags - j < NATIVE ? tags - j : NATIVE;
                put(slopes + j, loadn(alpha + j) * loadn(beta + j) * weight, here);
                storen(e + j, loadn(e + j) * loadn(beta + j));
            }
            slopes[gold] -= weight;
            if (t > 0) {
                dtransitions[(size_t)g->gold[row - 1] * tags + gold] -= weight;
            }
        }
        if (t == 0) {
            break;
        }
        small_product(scaled, g->width, 1, g->backward, g->width, tags, betas, g->width, running, g->vectors, 0);
        // The weight goes into one side of the pairs.
        for (size_t s = 0; s < running; s++) {
            for (size_t j = 0; j < g->width; j += NATIVE) {
                float *e = scaled + s * g->width + j;
                storen(e, loadn(e) * weights[g->sentence[s]]);
            }
        }
        small_product(alphas - step, 1, g->width, scaled, g->width, running, pairs, g->width, tags, g->vectors, 1);
    }
}

// Puts up to CRF_GROUP sentences from `first` on into the group, the longest first.
INLINE void crf_gather(struct crf_group *g, const uint32_t *starts, const uint32_t *lengths, size_t first,
                       size_t sentences, float *losses) {
    g->count = 0;
    for (size_t s = first; s < sentences && s < first + CRF_GROUP; s++) {
        losses[s] = 0;
        if (lengths[s] == 0) {
            continue;
        }
        size_t at = g->count++;
        for (; at > 0 && g->length[at - 1] < lengths[s]; at--) {
            g->sentence[at] = g->sentence[at - 1];
            g->start[at] = g->start[at - 1];
            g->length[at] = g->length[at - 1];
        }
        g->sentence[at] = s;
        g->start[at] = starts[s];
        g->length[at] = lengths[s];
    }
}

static void crf_losses(const struct parley_crf *crf, const float *logits, const int32_t *gold, const uint32_t *starts,
                       const uint32_t *lengths, size_t sentences, float *losses, const float *weights,
                       float *dlogits, float *pairs, float *dtransitions, float *scratch) {
    size_t tags = crf->tags, vectors = (tags + NATIVE - 1) / NATIVE, width = vectors * NATIVE, longest = 0;
    for (size_t s = 0; s < sentences; s++) {
        longest = lengths[s] > longest ? lengths[s] : longest;
    }
    float *forward = scratch, *backward = forward + width * width, *sums = backward + width * width;
    float *betas = sums + width * width, *alphas = betas + CRF_GROUP * width;
    float *scaled = alphas + longest * CRF_GROUP * width;
    memset(forward, 0, 3 * width * width * sizeof(float));
    for (size_t i = 0; i < tags; i++) {
        memcpy(forward + i * width, crf->exponentials + i * tags, tags * sizeof(float));
    }
    transpose(forward, width, width, width, backward, width);
    struct crf_group group = {
        .crf = crf, .vectors = vectors, .width = width, .logits = logits, .gold = gold, .forward = forward,
        .backward = backward, .alphas = alphas, .scaled = scaled,
    };
    for (size_t first = 0; first < sentences; first += CRF_GROUP) {
        crf_gather(&group, starts, lengths, first, sentences, losses);
        crf_forward(&group, losses);
        if (dlogits) {
            crf_backward(&group, weights, dlogits, betas, sums, dtransitions);
        }
    }
    for (size_t i = 0; dlogits && i < tags; i++) {
        for (size_t j = 0; j < tags; j++) {
            pairs[i * tags + j] += sums[i * width + j];
        }
    }
}
