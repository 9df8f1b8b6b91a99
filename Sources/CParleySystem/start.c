#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int argument_count = 0;
static char **argument_vector = NULL;

// A descriptor that is closed would be given to the first file that is opened: a listener, a lock, a store.
static void open_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest free number is this one, since those below are open by now.
        if (open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) return;
    }
}

// Runs before the constructors of all libraries, which may open files and change the environment.
static void begin(int count, char **arguments, char **environment) {
    (void)environment;
    argument_count = count;
    argument_vector = arguments;
    open_standard_descriptors();
}

__attribute__((section(".preinit_array"), used)) static void (*const at_start)(int, char **, char **) = begin;

char **parley_arguments(int *count) {
    *count = argument_count;
    return argument_vector;
}
