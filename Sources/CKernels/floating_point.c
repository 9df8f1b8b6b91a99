#include "CFloatingPoint.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

uint64_t parley_flush_denormals(void) {
    uint64_t state = _mm_getcsr();
    // Results, and operands.
    _mm_setcsr((unsigned)state | 0x8000u | 0x0040u);
    return state;
}

void parley_restore_floating_point(uint64_t state) { _mm_setcsr((unsigned)state); }
#elif defined(__aarch64__)
uint64_t parley_flush_denormals(void) {
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    __asm__ volatile("msr fpcr, %0" : : "r"(state | (1ull << 24)));
    return state;
}

void parley_restore_floating_point(uint64_t state) { __asm__ volatile("msr fpcr, %0" : : "r"(state)); }
#else
uint64_t parley_flush_denormals(void) { return 0; }

void parley_restore_floating_point(uint64_t state) { (void)state; }
#endif
