#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int argument_count = 0;
static char **argument_vector = NULL;
// The strings of arguments and environment lie one behind the other; the title takes their room.
static char *strings = NULL;
static size_t string_bytes = 0;

// A descriptor that is closed would be given to the first file that is opened: a listener, a lock, a store.
static void open_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest free number is this one, since those below are open by now.
        if (open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) return;
    }
}

static void measure_strings(int count, char **arguments, char **environment) {
    if (count < 1) return;
    strings = arguments[0];
    char *end = strings;
    for (int i = 0; i < count && arguments[i] == end; i++) end += strlen(end) + 1;
    for (char **variable = environment; *variable != NULL && *variable == end; variable++) end += strlen(end) + 1;
    string_bytes = (size_t)(end - strings);
}

// Runs before the constructors of all libraries, which may open files and change the environment.
static void begin(int count, char **arguments, char **environment) {
    argument_count = count;
    argument_vector = arguments;
    measure_strings(count, arguments, environment);
    open_standard_descriptors();
}

__attribute__((section(".preinit_array"), used)) static void (*const at_start)(int, char **, char **) = begin;

char **parley_arguments(int *count) {
    *count = argument_count;
    return argument_vector;
}

void parley_set_process_title(const char *name, const char *title) {
    prctl(PR_SET_NAME, name);
    // Variables that are where the title comes get a place of their own, for as long as the process lives.
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
        if (*variable < strings || *variable >= strings + string_bytes) continue;
        char *copy = strdup(*variable);
        if (copy == NULL) return;
        *variable = copy;
    }
    if (string_bytes < 2) return;
    // The C library's name of the program, with which libraries begin their lines, points there too.
    char *program = strdup(program_invocation_short_name);
    if (program == NULL) return;
    program_invocation_name = program_invocation_short_name = program;
    memset(strings, 0, string_bytes);
    // The kernel reads on into the environment's room where there is no zero byte at the arguments' end.
    memcpy(strings, title, strnlen(title, string_bytes - 1));
}
