#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

// Where exec cannot be reached, as a shell says it.
static const int not_started = 127;

const char *parley_program_path(void) {
    const char *path = (const char *)getauxval(AT_EXECFN);
    return path == NULL ? "" : path;
}

int parley_adopt_pipe(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    if (!S_ISFIFO(status.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// The process id is known in the new process only.
static void set_variable(const struct parley_binary *binary) {
    char value[512];
    int length = snprintf(value, sizeof value, "%d", (int)getpid());
    for (size_t i = 0; i < binary->handed_count; i++) {
        if (length < 0 || (size_t)length >= sizeof value) _exit(not_started);
        length += snprintf(value + length, sizeof value - (size_t)length, " %d", binary->handed[i]);
    }
    if (length < 0 || (size_t)length >= sizeof value) _exit(not_started);
    if (setenv(binary->variable, value, 1) != 0) _exit(not_started);
}

static _Noreturn void become_binary(const struct parley_binary *binary) {
    parley_reset_signals();
    if (binary->ignores_hangup) signal(SIGHUP, SIG_IGN);
    // Older kernels cannot; all that the supervisor opens is closed on exec anyway.
    (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    for (size_t i = 0; i < binary->handed_count; i++)
        if (fcntl(binary->handed[i], F_SETFD, 0) != 0) _exit(not_started);
    set_variable(binary);
    execv(binary->path, binary->arguments);
    _exit(not_started);
}

pid_t parley_start_binary(const struct parley_binary *binary) {
    pid_t pid = parley_fork();
    if (pid == 0) become_binary(binary);
    return pid;
}
