import CParleySystem
import Glibc

/// A TCP socket that all workers accept from.
package struct ListeningSocket: Sendable, Hashable {
    /// The open descriptor; it belongs to the process for as long as that lives.
    package let descriptor: Int32
    /// The port that it is bound to, also where port 0 asked for any; nil for a socket that has no port.
    package let port: Int?

    /// How many connections wait in the kernel; nil for what the service manager chose.
    package let backlog: Int?

    /// Sets the length of the queue again, after somebody (NIO, always) has called `listen` with a number of their own.
    package func restoreBacklog() {
        if let backlog { listen(descriptor, Int32(clamping: backlog)) }
    }

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - host: An IPv4 or IPv6 address, or a name that resolves to one.
    ///   - port: 0 takes any free one.
    ///   - backlog: How many connections wait in the kernel; it may cut the number.
    /// - Throws: ``BootFailure`` that names host and port.
    package static func bind(host: String, port: UInt16, backlog: Int) throws(BootFailure) -> ListeningSocket {
        var resolverError: Int32 = 0
        let descriptor = parley_listen(host, port, Int32(clamping: backlog), &resolverError)
        if resolverError != 0 {
            let reason = String(cString: parley_resolver_message(resolverError))
            throw BootFailure("cannot listen on '\(host)' (--interface): \(reason)", status: ExitStatus.noHost)
        }
        guard descriptor >= 0 else { throw failure(host: host, port: port, code: errno) }
        return ListeningSocket(descriptor: descriptor, backlog: backlog)
    }

    /// The socket that a service manager has opened, by the `LISTEN_FDS` protocol of systemd.
    ///
    /// - Parameters:
    ///   - pid: The value of `LISTEN_PID`.
    ///   - count: The value of `LISTEN_FDS`.
    /// - Returns: Nil when they name none for this process.
    /// - Throws: ``BootFailure`` when there is more than one, or it does not listen.
    package static func inherited(pid: String?, count: String?) throws(BootFailure) -> ListeningSocket? {
        guard let pid = pid.flatMap({ Int32($0) }), pid == getpid(), let count = count.flatMap({ Int($0) }), count > 0
        else { return nil }
        guard count == 1 else {
            throw BootFailure(
                "LISTEN_FDS names \(count) sockets; this version serves one", status: ExitStatus.configuration)
        }
        let first: Int32 = 3
        guard parley_adopt_listener(first) == 0 else {
            let reason = String(cString: strerror(errno))
            throw BootFailure("the socket of LISTEN_FDS cannot be used: \(reason)", status: ExitStatus.configuration)
        }
        return ListeningSocket(descriptor: first, backlog: nil)
    }

    private init(descriptor: Int32, backlog: Int?) {
        self.descriptor = descriptor
        self.backlog = backlog
        let bound = parley_bound_port(descriptor)
        port = bound < 0 ? nil : Int(bound)
    }

    private static func failure(host: String, port: UInt16, code: Int32) -> BootFailure {
        switch code {
        case EADDRINUSE:
            BootFailure(
                "port \(port) on \(host) is in use by another program; end it or choose another with --port",
                status: ExitStatus.unavailable)
        case EACCES:
            BootFailure(
                "port \(port) on \(host) needs rights that this user does not have", status: ExitStatus.noPermission)
        case EADDRNOTAVAIL:
            BootFailure("this machine has no address \(host) (--interface)", status: ExitStatus.unavailable)
        default:
            BootFailure(
                "cannot listen on \(host) port \(port): \(String(cString: strerror(code)))", status: ExitStatus.system)
        }
    }
}
