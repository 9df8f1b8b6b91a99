import Glibc
package import Logging
package import Prefork

/// How many files and connections a process may have open.
package enum OpenFiles {
    /// What a worker needs besides its clients' connections: files, Redis, databases, action servers.
    private static let reserve = 256
    /// The same where little is allowed.
    private static let minReserve = 32
    /// With fewer no worker comes to serve anybody.
    private static let minimum = 48
    /// Fewer are hardly meant.
    private static let expected = 1024

    /// Allows this process and its children as many as the system does, and says where that is little.
    ///
    /// - Throws: ``BootFailure`` where it is too little to serve anybody.
    package static func allowMost(_ logger: Logger) throws(BootFailure) {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return }
        limits.rlim_cur = limits.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        let allowed = limit
        guard allowed >= minimum else {
            throw BootFailure(
                "a process may have \(allowed) files open (ulimit -n), too few to serve any client; allow \(expected)"
                    + " or more",
                status: ExitStatus.system)
        }
        guard allowed < expected else { return }
        logger.warning(
            "The limit of open files is low (ulimit -n); clients beyond this number of connections of a worker wait",
            metadata: ["ulimit": "\(allowed)", "connections": "\(connections)"])
    }

    /// Connections that a worker can have at a time.
    package static var connections: Int { limit - min(reserve, max(minReserve, limit / 2)) }

    private static var limit: Int {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return .max }
        return Int(clamping: limits.rlim_cur)
    }
}
