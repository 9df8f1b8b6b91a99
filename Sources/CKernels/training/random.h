// parley_random_bits on vectors. Included once per level.

typedef uint32_t un __attribute__((vector_size(NATIVE * 4)));

// Element i of a call is dropped if its bits are below this; none are if it is 0.
INLINE uint32_t dropout_limit(const struct parley_dropout *dropout) {
    double limit = dropout ? (double)dropout->rate * 4294967296.0 : 0;
    return limit < 1 ? 0 : limit >= 4294967295.0 ? UINT32_MAX : (uint32_t)limit;
}
INLINE int is_dropped(const struct parley_dropout *dropout, uint32_t limit, uint64_t i) {
    return parley_random_bits(dropout->key, dropout->first + i) < limit;
}

// Up to 2^32 elements of one stream.
struct keeper {
    uint64_t stream;
    uint32_t low, limit;
    float scale;
};

INLINE struct keeper keeper_of(const struct parley_dropout *dropout, uint64_t i) {
    uint32_t limit = dropout_limit(dropout);
    if (!limit) {
        return (struct keeper){.scale = 1};
    }
    uint64_t index = dropout->first + i;
    return (struct keeper){
        parley_random_stream(dropout->key, (uint32_t)(index >> 32)), (uint32_t)index, limit, 1 / (1 - dropout->rate),
    };
}

// How many of `count` elements, the first of which is i, belong to one keeper.
INLINE size_t kept_together(const struct parley_dropout *dropout, uint64_t i, size_t count) {
    uint64_t left = dropout ? 0x100000000u - (uint64_t)(uint32_t)(dropout->first + i) : count;
    return count < left ? count : (size_t)left;
}

// The values of elements i, i + 1 …: scaled, or zero.
INLINE fn kept(const struct keeper *keeper, size_t i, fn values) {
    if (!keeper->limit) {
        return values;
    }
    un x;
    for (uint32_t lane = 0; lane < NATIVE; lane++) {
        x[lane] = lane;
    }
    x = (x + (keeper->low + (uint32_t)i)) ^ (uint32_t)keeper->stream;
    x ^= x >> 17;
    x *= 0xED5AD4BBu;
    x ^= x >> 11;
    x += (uint32_t)(keeper->stream >> 32);
    x *= 0xAC4C1B51u;
    x ^= x >> 15;
    x *= 0x31848BABu;
    x ^= x >> 14;
    un keep = (un)(x >= keeper->limit);
    return (fn)(keep & (un)(values * keeper->scale));
}
INLINE float exp_of(float x) {
    f4 all = {x};
    return exp4(all)[0];
}
