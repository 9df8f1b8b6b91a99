#include "kernels.h"
#define NATIVE 4
#define LEVEL PARLEY_LEVEL_PORTABLE
#define TABLE parley_kernels_portable
#include "level.h"
