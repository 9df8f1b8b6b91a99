#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const int served[] = {SIGTERM, SIGINT,  SIGQUIT, SIGCHLD, SIGHUP,
                             SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH};
static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void set_handler(int signal, void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = handler;
    sigaction(signal, &action, NULL);
}

static void served_set(sigset_t *set) {
    sigemptyset(set);
    for (size_t i = 0; i < COUNT(served); i++) sigaddset(set, served[i]);
}

int parley_is_on_terminal(void) {
    struct sigaction action;
    if (sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN) return 0;
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0) return 0;
    close(terminal);
    return 1;
}

int parley_signal_descriptor(void) {
    sigset_t set;
    served_set(&set);
    // A signal that was ignored when the program started (nohup, a shell's background job) would never reach the
    // descriptor. SIGCHLD ignored would also reap children before their status can be read.
    for (size_t i = 0; i < COUNT(served); i++) set_handler(served[i], SIG_DFL);
    set_handler(SIGPIPE, SIG_IGN);
    // Nothing else stays blocked, as whoever started the program may have had it: a worker that hangs ends by SIGABRT.
    if (sigprocmask(SIG_SETMASK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int parley_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count;
    do {
        count = read(descriptor, &info, sizeof info);
    } while (count < 0 && errno == EINTR);
    if (count == (ssize_t)sizeof info) return (int)info.ssi_signo;
    return count < 0 && errno == EAGAIN ? 0 : -1;
}

void parley_reset_signals(void) {
    sigset_t set;
    for (size_t i = 0; i < COUNT(served); i++) set_handler(served[i], SIG_DFL);
    set_handler(SIGPIPE, SIG_IGN);
    served_set(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void parley_crash_at_once(void) {
    for (size_t i = 0; i < COUNT(crashes); i++) set_handler(crashes[i], SIG_DFL);
}

static volatile sig_atomic_t terminated = 0;
static int control_descriptor = -1;
static unsigned alarm_seconds = 0;

// Only functions that are safe in a signal handler: _exit, alarm, shutdown.
static void on_terminate(int signal) {
    (void)signal;
    if (terminated) _exit(0);
    terminated = 1;
    int saved = errno;
    alarm(alarm_seconds);
    shutdown(control_descriptor, SHUT_RD);
    errno = saved;
}

void parley_worker_signals(int control, unsigned patience) {
    control_descriptor = control;
    alarm_seconds = patience;
    for (size_t i = 0; i < COUNT(served); i++) {
        if (served[i] == SIGCHLD || served[i] == SIGTERM) continue;
        set_handler(served[i], SIG_IGN);
    }
    set_handler(SIGTERM, on_terminate);
}
