#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

pid_t parley_fork(void) {
    fflush(NULL);
    return fork();
}

int parley_follow_parent(pid_t parent, int signal) {
    if (prctl(PR_SET_PDEATHSIG, signal) != 0) return -1;
    // The parent may have ended between the fork and the call above; then no signal will ever come.
    if (getppid() != parent) {
        errno = ESRCH;
        return -1;
    }
    return 0;
}

void parley_set_title(const char *title) { prctl(PR_SET_NAME, title); }

pid_t parley_reap(int *code, int *signal) {
    int status = 0;
    pid_t pid;
    do {
        pid = waitpid(-1, &status, WNOHANG);
    } while (pid < 0 && errno == EINTR);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return pid;
}

// By itself the allocator raises both limits with every larger piece that is freed, up to 32 and 64 MB.
void parley_bound_free_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

void parley_give_back_memory(void) { malloc_trim(0); }

uint64_t parley_resident_memory(void) {
    char text[128];
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t count = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    if (count <= 0) return 0;
    text[count] = 0;
    unsigned long long size, resident, shared;
    if (sscanf(text, "%llu %llu %llu", &size, &resident, &shared) != 3 || resident < shared) return 0;
    return (uint64_t)(resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}

_Noreturn void parley_exit(int code) {
    fflush(NULL);
    _exit(code);
}

uint64_t parley_monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
