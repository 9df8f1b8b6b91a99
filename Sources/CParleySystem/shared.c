#define _GNU_SOURCE
#include "CParleySystem.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void *parley_map_file(int descriptor, size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void parley_raise(uint64_t *word, uint64_t value) {
    uint64_t known = parley_load_ordered(word);
    while (known < value && !__atomic_compare_exchange_n(word, &known, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
}

void parley_replace(uint64_t *word, uint64_t found, uint64_t value) {
    __atomic_compare_exchange_n(word, &found, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

// The kernel waits on 32 bits: the lower half of the word, which is the half that changes.
static uint32_t *lower_half(uint64_t *word) {
    uint32_t *halves = (uint32_t *)word;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return halves + 1;
#else
    return halves;
#endif
}

void parley_sleep_on(uint64_t *word, uint32_t seen, unsigned milliseconds) {
    struct timespec patience = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    syscall(SYS_futex, lower_half(word), FUTEX_WAIT, seen, &patience, NULL, 0);
}

void parley_wake(uint64_t *word) {
    parley_fetch_add(word, 1);
    syscall(SYS_futex, lower_half(word), FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
