// How this thread treats numbers that are too small for full precision.
#ifndef PARLEY_CFLOATINGPOINT_H
#define PARLEY_CFLOATINGPOINT_H

#include <stdint.h>

// From now on such numbers count as zero on this thread, as TensorFlow has it: arithmetic on them takes a hundred times
// as long, and gradients and Adam's moments are full of them. Returns what parley_restore_floating_point takes.
uint64_t parley_flush_denormals(void);
void parley_restore_floating_point(uint64_t state);

#endif
