#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

// Where exec cannot be reached, as a shell says it.
static const int not_started = 127;

void parley_limit_memory(uint64_t bytes) {
    struct rlimit limit;
    if (bytes == 0 || getrlimit(RLIMIT_DATA, &limit) != 0) return;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > bytes) limit.rlim_max = bytes;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_DATA, &limit);
}

// When the machine runs out of memory, a job is what the kernel ends, not a worker.
static void offer_to_oom_killer(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t written = write(file, "1000", 4);
    (void)written;
    close(file);
}

static int place(const char *directory, const char *name, int onto) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path) return -1;
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    return file < 0 ? -1 : dup2(file, onto);
}

static _Noreturn void become_job(const struct parley_job *job, pid_t parent) {
    parley_reset_signals();
    setpgid(0, 0);
    if (parley_follow_parent(parent, SIGKILL) != 0) _exit(not_started);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || place(job->directory, "response", STDOUT_FILENO) < 0 ||
        place(job->directory, "errors", STDERR_FILENO) < 0)
        _exit(not_started);
    setenv("TMPDIR", job->directory, 1);
    if (setpriority(PRIO_PROCESS, 0, job->niceness) != 0) errno = 0;
    offer_to_oom_killer();
    parley_limit_memory(job->max_memory);
    // Whatever is open: nothing of it is the job's.
    if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
        for (int descriptor = STDERR_FILENO + 1; descriptor < (int)sysconf(_SC_OPEN_MAX); descriptor++) close(descriptor);
    execv("/proc/self/exe", job->arguments);
    _exit(not_started);
}

pid_t parley_start_job(const struct parley_job *job) {
    pid_t parent = getpid();
    pid_t pid = parley_fork();
    if (pid == 0) become_job(job, parent);
    // Set on both sides, so that it is so for whoever comes first.
    if (pid > 0) setpgid(pid, pid);
    return pid;
}

int parley_close_others(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

static int memory_status;
static uint64_t memory_limit;

// Memory that counts against RLIMIT_DATA, in bytes; safe in a signal handler.
static uint64_t counted_memory(void) {
    char text[160];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return 0;
    text[count] = 0;
    // The sixth number: data and stack, in pages.
    const char *at = text;
    for (int field = 0; field < 5; field++) {
        at = strchr(at, ' ');
        if (at == NULL) return 0;
        at++;
    }
    uint64_t pages = 0;
    for (; *at >= '0' && *at <= '9'; at++) pages = pages * 10 + (uint64_t)(*at - '0');
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

// The program ends at the first memory that it does not get. It then has a third of the limit at least, since nothing
// grows by more than to its double while the old is still there.
static void on_crash(int signal) {
    (void)signal;
    if (counted_memory() >= memory_limit / 4) _exit(memory_status);
    // The handler is gone by now, so the crash comes again and ends the process.
}

void parley_exit_at_memory_limit(int status) {
    static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV};
    static char stack_memory[16384];
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    memory_status = status;
    memory_limit = limit.rlim_cur;
    stack_t stack = {.ss_sp = stack_memory, .ss_size = sizeof stack_memory};
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) sigaction(crashes[i], &action, NULL);
}
