#include "kernels.h"
#define NATIVE 4
#define LEVEL PARLEY_LEVEL_PORTABLE
#define TABLE parley_training_portable
#include "level.h"
