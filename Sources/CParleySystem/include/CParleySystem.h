// The system calls that Swift cannot make itself: macros, variadic functions, and fork, which Swift marks as
// unavailable. Every function returns -1 and sets errno on failure unless its comment says otherwise.

#ifndef PARLEY_SYSTEM_H
#define PARLEY_SYSTEM_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// MARK: the start

/// The program's arguments as the kernel gave them, its name first; they may be written to. Swift looks for them behind
/// the environment, where they are not any more once somebody has added a variable before `main`.
char **parley_arguments(int *count);

// MARK: processes

/// Forks after flushing all stdio streams, so that no buffered line is written twice.
pid_t parley_fork(void);

/// Asks for `signal` when `parent` ends, and fails with ESRCH when it has ended already.
int parley_follow_parent(pid_t parent, int signal);

/// Sets the name that ps and top show for the calling thread; cut to 15 bytes.
void parley_set_title(const char *title);

/// Names this process for those who list processes (ps, /proc): `name`, cut to 15 bytes, where there is little room, and
/// `title` in place of its command line, cut to the room that this and the environment had. To be called once, in a
/// forked process; `parley_arguments` is of no use from then on.
void parley_set_process_title(const char *name, const char *title);

/// How many processors this process may run on; at least 1.
int parley_processors(void);

/// Binds this process, and the threads that it will have, to one of the processors that it may run on: the one with the
/// number, counted again from the first where there are fewer.
int parley_pin(unsigned number);

/// Makes this process another user's for good: that of `user` and `group`, and of all groups of `name`, or of none other
/// where that is NULL.
int parley_become(uid_t user, gid_t group, const char *name);

/// Reaps one child that has ended, if there is one.
/// Returns its pid, 0 when none has ended, -1 when there are no children.
/// `*code` is the exit code, or -1 for a child that a signal ended; `*signal` is that signal, or 0.
pid_t parley_reap(int *code, int *signal);

/// Bounds what the heap of a thread keeps at its end once it is free, which `parley_give_back_memory` leaves alone but for
/// the first thread's: pieces of a megabyte and more are the system's own, and an end of a megabyte is given back.
void parley_bound_free_memory(void);

/// Gives memory that the process has freed back to the system.
void parley_give_back_memory(void);

/// Bytes of memory that the process has in use or has not given back; 0 where the system does not say.
uint64_t parley_resident_memory(void);

/// Whether a debugger holds a process; 0 where the system does not say.
int parley_is_traced(pid_t pid);

/// Flushes stdio and ends the process without running the exit handlers that its parent registered.
_Noreturn void parley_exit(int code);

/// Has a process that is started with these actions begin without any open file but the standard ones.
int parley_close_others(posix_spawn_file_actions_t *actions);

// MARK: jobs

/// A process of this program that is nobody's to wait for but its parent's.
struct parley_job {
    /// Ends with NULL; the first is the program's name.
    char *const *arguments;
    /// Where its standard output (`response`) and standard error (`errors`) go, and its temporary files.
    const char *directory;
    /// Bytes of memory of its own (RLIMIT_DATA); 0 for what this process may have.
    uint64_t max_memory;
    int niceness;
};

/// Starts a job in a process group of its own, with no descriptor but the standard ones; it is killed when this process
/// ends. Returns its pid.
pid_t parley_start_job(const struct parley_job *job);

/// Lets this process have so many bytes of memory of its own (RLIMIT_DATA); 0 changes nothing.
void parley_limit_memory(uint64_t bytes);

/// Makes this process end with a status when it crashes for want of memory under RLIMIT_DATA.
void parley_exit_at_memory_limit(int status);

// MARK: a new binary

/// A program that takes the place of this one.
struct parley_binary {
    const char *path;
    /// Ends with NULL; the first is the program's name.
    char *const *arguments;
    /// The name of the variable that names the process and the descriptors that it is handed.
    const char *variable;
    const int *handed;
    size_t handed_count;
    /// Whether it is not to be told of its terminal's end.
    int ignores_hangup;
};

/// The path by which the kernel found this program.
const char *parley_program_path(void);

/// Starts a program with no descriptor but the standard ones and those that it is handed. Returns its pid.
pid_t parley_start_binary(const struct parley_binary *binary);

/// Makes an inherited descriptor closed on exec. Fails with EINVAL when it is no pipe.
int parley_adopt_pipe(int descriptor);

// MARK: signals

/// Whether the program has a terminal that tells it by SIGHUP of its end; one that was started to ignore that (nohup)
/// has none. To be asked before `parley_signal_descriptor`.
int parley_is_on_terminal(void);

/// Blocks the signals that a supervisor serves and returns a descriptor from which they are read.
int parley_signal_descriptor(void);

/// Takes one pending signal from the descriptor; 0 when there is none.
int parley_next_signal(int descriptor);

/// Undoes `parley_signal_descriptor` in a child: default handlers, nothing blocked, SIGPIPE ignored.
void parley_reset_signals(void);

/// Gives the signals that mean a crash back to the kernel, so that a crashed process ends at once.
void parley_crash_at_once(void);

/// The signals of a worker: its terminal's (INT, QUIT) and the operator's (HUP, USR1, ...) are the supervisor's affair
/// and ignored. The first TERM closes the reading side of `control`, as if the supervisor had gone, and sets an alarm
/// that ends the process after `patience` seconds; the second ends it.
void parley_worker_signals(int control, unsigned patience);

// MARK: sockets

/// A listening TCP socket, not blocking, closed on exec, with SO_REUSEADDR.
/// `*resolver_error` is the error of getaddrinfo where `host` means nothing (then the result is -1), else 0.
int parley_listen(const char *host, uint16_t port, int backlog, int *resolver_error);

/// What getaddrinfo's error means.
const char *parley_resolver_message(int resolver_error);

/// Whether a socket is one of AF_UNIX.
int parley_is_unix_socket(int descriptor);

/// The address of a bound socket as text: `127.0.0.1:5005`, `[::1]:5005`, a path, or `@` and an abstract name.
int parley_bound_address(int descriptor, char *text, size_t capacity);

/// Makes an inherited descriptor not blocking and closed on exec. Fails with EINVAL when it does not listen, and with
/// EPROTOTYPE when it listens for anything but streams of TCP or of AF_UNIX.
int parley_adopt_listener(int descriptor);

/// How many connections wait in the queue of a listening TCP socket, and how many may. Fails for other sockets.
int parley_backlog(int descriptor, uint32_t *waiting, uint32_t *limit);

/// A pair of connected sockets that keep message borders, not blocking, closed on exec.
int parley_socket_pair(int descriptors[2]);

/// A pipe, not blocking at either end, closed on exec.
int parley_pipe(int descriptors[2]);

/// Sends one message; never raises SIGPIPE.
ssize_t parley_send(int descriptor, const void *bytes, size_t count);

/// Sends one message to the UNIX datagram socket at a path, or at an abstract name that begins with `@`; never waits.
ssize_t parley_send_to(int descriptor, const char *address, const void *bytes, size_t count);

/// Receives one message; 0 when the other side has closed.
ssize_t parley_receive(int descriptor, void *bytes, size_t capacity);

// MARK: memory shared by supervisor and workers

/// Zeroed memory that is shared with every process forked later; NULL on failure.
void *parley_map_shared(size_t size);

/// Gives the memory back.
void parley_unmap(void *memory, size_t size);

static inline uint64_t parley_load(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }

static inline void parley_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELAXED); }

static inline void parley_add(uint64_t *word, uint64_t value) { __atomic_fetch_add(word, value, __ATOMIC_RELAXED); }

// MARK: memory shared through a file

/// Maps the first `size` bytes of a file for reading and writing, shared with all who map it; NULL on failure.
void *parley_map_file(int descriptor, size_t size);

/// The same as `parley_load` and its kin, in one order for all processes that share the word.
static inline uint64_t parley_load_ordered(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

static inline void parley_store_ordered(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

/// Adds, and returns the value before.
static inline uint64_t parley_fetch_add(uint64_t *word, uint64_t value) {
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

/// Makes the word at least `value`.
void parley_raise(uint64_t *word, uint64_t value);

/// Makes the word `value` if it is `found` still.
void parley_replace(uint64_t *word, uint64_t found, uint64_t value);

/// Makes the word `value` if it is `found` still; returns whether it was.
static inline int parley_claim(uint64_t *word, uint64_t found, uint64_t value) {
    return __atomic_compare_exchange_n(word, &found, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/// Sleeps until another process calls `parley_wake` on the word, unless its lower half is not `seen` any more; at most
/// `milliseconds`.
void parley_sleep_on(uint64_t *word, uint32_t seen, unsigned milliseconds);

/// Changes the word and wakes all who sleep on it.
void parley_wake(uint64_t *word);

// MARK: time

/// Milliseconds of the monotonic clock, which stands still while the machine is suspended.
uint64_t parley_monotonic_ms(void);

/// Milliseconds for which the machine has been suspended since it was started.
uint64_t parley_suspended_ms(void);

#endif
