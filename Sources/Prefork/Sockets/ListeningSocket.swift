import CParleySystem
import Glibc
package import System

/// A socket that all workers accept from, of TCP or of AF_UNIX.
package struct ListeningSocket: Sendable, Hashable {
    /// The open descriptor; it belongs to the process for as long as that lives.
    package let descriptor: Int32
    /// The address that it is bound to: host and port, also where port 0 asked for any, or a path, or `@` and an
    /// abstract name.
    package let address: String
    package let isUnix: Bool
    /// What the service manager that opened it calls it.
    package let name: String?

    /// How many connections wait in the kernel; nil for as many as it allows, where a service manager chose the number,
    /// which nobody can ask for.
    package let backlog: Int?

    /// Where clients find it.
    ///
    /// - Parameter scheme: What is spoken there, `http` or `https`.
    package func location(scheme: String) -> String { isUnix ? "unix:\(address)" : "\(scheme)://\(address)" }

    /// Sets the length of the queue again, after somebody (NIO, always) has called `listen` with a number of their own.
    package func restoreBacklog() {
        listen(descriptor, backlog.map { Int32(clamping: $0) } ?? .max)
    }

    /// How many connections wait in the kernel, and how many may; nil for a socket that is no TCP socket.
    package var queue: (waiting: Int, limit: Int)? {
        var (waiting, limit) = (UInt32(0), UInt32(0))
        guard parley_backlog(descriptor, &waiting, &limit) == 0 else { return nil }
        return (Int(waiting), Int(limit))
    }

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - host: An IPv4 or IPv6 address, or a name that resolves to one.
    ///   - port: 0 takes any free one.
    ///   - backlog: How many connections wait in the kernel; it may cut the number.
    ///   - flag: What names the port, for messages.
    /// - Throws: ``BootFailure`` that names host and port.
    package static func bind(
        host: String, port: UInt16, backlog: Int, flag: String = "--port"
    ) throws(BootFailure) -> ListeningSocket {
        var resolverError: Int32 = 0
        let descriptor = parley_listen(host, port, Int32(clamping: backlog), &resolverError)
        if resolverError != 0 {
            let reason = String(cString: parley_resolver_message(resolverError))
            throw BootFailure("cannot listen on '\(host)' (--interface): \(reason)", status: ExitStatus.noHost)
        }
        guard descriptor >= 0 else { throw failure(host: host, port: port, flag: flag, code: errno) }
        do throws(SystemError) {
            return try ListeningSocket(descriptor: descriptor, backlog: backlog, name: nil)
        } catch {
            throw BootFailure("cannot listen on \(host) port \(port): \(error)", status: ExitStatus.system)
        }
    }

    /// A socket that somebody else has opened.
    package static func adopt(_ descriptor: Int32, name: String?) throws(SystemError) -> ListeningSocket {
        guard parley_adopt_listener(descriptor) == 0 else { throw SystemError() }
        return try ListeningSocket(descriptor: descriptor, backlog: nil, name: name)
    }

    init(descriptor: Int32, backlog: Int?, name: String? = nil) throws(SystemError) {
        var text = [CChar](repeating: 0, count: Self.maxAddress)
        guard parley_bound_address(descriptor, &text, text.count) == 0 else { throw SystemError() }
        self.descriptor = descriptor
        self.backlog = backlog
        self.name = name
        address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isUnix = parley_is_unix_socket(descriptor) != 0
    }

    /// Bytes of a host's name and a port, or of a path.
    private static let maxAddress = 1100

    private static func failure(host: String, port: UInt16, flag: String, code: Int32) -> BootFailure {
        switch code {
        case EADDRINUSE:
            BootFailure(
                "port \(port) on \(host) is in use by another program; end it or choose another with \(flag)",
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
