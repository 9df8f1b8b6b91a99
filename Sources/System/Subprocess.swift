package import CParleySystem
import Glibc

/// Another of this program's commands, in a process of its own.
package enum Subprocess {
    /// Starts a command without input. Signals that this process blocks or ignores do their usual work in it, and it
    /// inherits no open file.
    ///
    /// - Parameters:
    ///   - words: The command and its arguments, without the program's name.
    ///   - log: The open file to which goes what is said on standard output and standard error.
    /// - Returns: The process's id; nil where it cannot be started, and `errno` says why.
    package static func start(_ words: [String], log: CInt) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, log, STDOUT_FILENO)
        parley_close_others(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = (["parley"] + words).map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        errno = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environ)
        return errno == 0 ? process : nil
    }
}
