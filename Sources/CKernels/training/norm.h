// Layer norm. Included once per level.

static void norm_forward(const float *x, float *y, float *mean, float *rstd, size_t features, size_t panels,
                         const float *gamma, const float *beta) {
    size_t size = features * LANES;
    for (size_t p = 0; p < panels; p++, x += size, y += size, mean += LANES, rstd += LANES) {
        fn means[LANE_VECTORS] = {{0}}, scales[LANE_VECTORS] = {{0}};
        for (size_t i = 0; i < features; i++) {
            for (size_t v = 0; v < LANE_VECTORS; v++) {
                means[v] += loadn(x + i * LANES + v * NATIVE);
            }
        }
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            means[v] /= (float)features;
        }
        for (size_t i = 0; i < features; i++) {
            for (size_t v = 0; v < LANE_VECTORS; v++) {
                fn off = loadn(x + i * LANES + v * NATIVE) - means[v];
                scales[v] += off * off;
            }
        }
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            scales[v] = 1.0f / __builtin_elementwise_sqrt(scales[v] / (float)features + 1e-6f);
            storen(mean + v * NATIVE, means[v]);
            storen(rstd + v * NATIVE, scales[v]);
        }
        for (size_t i = 0; i < features; i++) {
            for (size_t v = 0; v < LANE_VECTORS; v++) {
                fn normal = (loadn(x + i * LANES + v * NATIVE) - means[v]) * scales[v];
                storen(y + i * LANES + v * NATIVE, normal * gamma[i] + beta[i]);
            }
        }
    }
}

// Of NATIVE features at a time (`here` of which exist), their gradients, and their part in the sums of every lane.
INLINE void norm_sums(const float *x, const float *dy, const fn *means, const fn *scales, const float *gamma,
                      size_t here, fn *sums, fn *products, float *dgamma, float *dbeta) {
    fn gammas[NATIVE] = {{0}}, betas[NATIVE] = {{0}};
    for (size_t f = 0; f < here; f++) {
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            fn d = loadn(dy + f * LANES + v * NATIVE);
            fn product = d * ((loadn(x + f * LANES + v * NATIVE) - means[v]) * scales[v]);
            betas[f] += d;
            gammas[f] += product;
            sums[v] += d * gamma[f];
            products[v] += product * gamma[f];
        }
    }
    put(dgamma, take(dgamma, here) + sums_of(gammas), here);
    put(dbeta, take(dbeta, here) + sums_of(betas), here);
}

INLINE void norm_slopes(const float *x, const fn *means, const fn *scales, const float *gamma, const float *dy,
                        const fn *sums, const fn *products, float *dx, size_t features, int accumulate) {
    for (size_t i = 0; i < features; i++) {
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            size_t at = i * LANES + v * NATIVE;
            fn normal = (loadn(x + at) - means[v]) * scales[v];
            fn d = scales[v] * (loadn(dy + at) * gamma[i] - (sums[v] + normal * products[v]));
            storen(dx + at, accumulate ? loadn(dx + at) + d : d);
        }
    }
}

static void norm_backward(const float *x, const float *mean, const float *rstd, const float *gamma, const float *dy,
                          float *dx, float *dgamma, float *dbeta, size_t features, size_t panels, int accumulate) {
    size_t size = features * LANES;
    for (size_t p = 0; p < panels; p++, x += size, dy += size, dx += size, mean += LANES, rstd += LANES) {
        fn means[LANE_VECTORS], scales[LANE_VECTORS], sums[LANE_VECTORS] = {{0}}, products[LANE_VECTORS] = {{0}};
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            means[v] = loadn(mean + v * NATIVE);
            scales[v] = loadn(rstd + v * NATIVE);
        }
        size_t whole = features - features % NATIVE;
        for (size_t i = 0; i < whole; i += NATIVE) {
            norm_sums(x + i * LANES, dy + i * LANES, means, scales, gamma + i, NATIVE, sums, products, dgamma + i,
                      dbeta + i);
        }
        if (whole < features) {
            norm_sums(x + whole * LANES, dy + whole * LANES, means, scales, gamma + whole, features - whole, sums,
                      products, dgamma + whole, dbeta + whole);
        }
        for (size_t v = 0; v < LANE_VECTORS; v++) {
            sums[v] /= (float)features;
            products[v] /= (float)features;
        }
        if (accumulate) {
            norm_slopes(x, means, scales, gamma, dy, sums, products, dx, features, 1);
        } else {
            norm_slopes(x, means, scales, gamma, dy, sums, products, dx, features, 0);
        }
    }
}
