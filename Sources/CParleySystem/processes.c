#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

// The processors that this process may run on, for CPU_FREE; NULL where the system does not say.
static cpu_set_t *allowed_processors(size_t *size) {
    // More than CPU_SETSIZE need a larger set.
    for (int capacity = CPU_SETSIZE; capacity <= CPU_SETSIZE << 8; capacity *= 2) {
        cpu_set_t *set = CPU_ALLOC(capacity);
        if (set == NULL) break;
        *size = CPU_ALLOC_SIZE(capacity);
        if (sched_getaffinity(0, *size, set) == 0 && CPU_COUNT_S(*size, set) > 0) return set;
        CPU_FREE(set);
    }
    return NULL;
}

int parley_processors(void) {
    size_t size;
    cpu_set_t *set = allowed_processors(&size);
    if (set == NULL) return 1;
    int count = CPU_COUNT_S(size, set);
    CPU_FREE(set);
    return count;
}

int parley_pin(unsigned number) {
    size_t size;
    cpu_set_t *set = allowed_processors(&size);
    if (set == NULL) return -1;
    unsigned left = number % (unsigned)CPU_COUNT_S(size, set);
    int processor = 0;
    while (!CPU_ISSET_S(processor, size, set) || left-- > 0) processor++;
    CPU_ZERO_S(size, set);
    CPU_SET_S(processor, size, set);
    int result = sched_setaffinity(0, size, set);
    CPU_FREE(set);
    return result;
}

int parley_become(uid_t user, gid_t group, const char *name) {
    if ((name == NULL ? setgroups(1, &group) : initgroups(name, group)) != 0) return -1;
    if (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0) return -1;
    if (user != 0 && setuid(0) == 0) {
        errno = EPERM;
        return -1;
    }
    // Else what /proc says of this process would still be root's.
    return prctl(PR_SET_DUMPABLE, 1);
}

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

uint64_t parley_suspended_ms(void) {
    struct timespec before, with;
    clock_gettime(CLOCK_MONOTONIC, &before);
    clock_gettime(CLOCK_BOOTTIME, &with);
    int64_t difference =
        ((int64_t)with.tv_sec - before.tv_sec) * 1000 + ((int64_t)with.tv_nsec - before.tv_nsec) / 1000000;
    return difference > 0 ? (uint64_t)difference : 0;
}

int parley_is_traced(pid_t pid) {
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t count = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    if (count <= 0) return 0;
    text[count] = 0;
    const char *line = strstr(text, "\nTracerPid:");
    return line != NULL && strtol(line + strlen("\nTracerPid:"), NULL, 10) != 0;
}
