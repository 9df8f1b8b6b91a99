import Glibc

/// How many files and connections a process may have open.
enum OpenFiles {
    /// What a worker needs besides its clients' connections: files, Redis, action servers.
    static let reserve = 256

    /// Allows this process and its children as many as the system does.
    static func allowMost() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Connections that a worker can have at a time.
    static var connections: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return max(1, Int(clamping: limit.rlim_cur) - reserve)
    }
}
