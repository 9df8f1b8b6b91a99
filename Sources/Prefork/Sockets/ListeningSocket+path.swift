import Glibc
import System

extension ListeningSocket {
    /// The longest path of a UNIX socket in bytes: Linux' structure for addresses ends with a zero byte.
    package static var maxPath: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1 }

    /// Binds a UNIX socket and listens. What a server has left there that does not run any more is replaced.
    ///
    /// - Parameters:
    ///   - path: At most ``maxPath`` bytes.
    ///   - flag: What names the path, for messages.
    /// - Throws: ``BootFailure`` that names path and flag.
    package static func bind(path: String, backlog: Int, flag: String) throws(BootFailure) -> ListeningSocket {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw failure(path, flag, errno) }
        var isBound = withAddress(path) { Glibc.bind(descriptor, $0, $1) == 0 }
        if !isBound, errno == EADDRINUSE, isAbandoned(path) {
            unlink(path)
            isBound = withAddress(path) { Glibc.bind(descriptor, $0, $1) == 0 }
        }
        guard isBound, chmod(path, 0o660) == 0, Glibc.listen(descriptor, Int32(clamping: backlog)) == 0 else {
            let code = errno
            close(descriptor)
            throw failure(path, flag, code)
        }
        do throws(SystemError) {
            return try ListeningSocket(descriptor: descriptor, backlog: backlog)
        } catch {
            throw failure(path, flag, error.code)
        }
    }

    /// Whether nobody listens at a path any more.
    private static func isAbandoned(_ path: String) -> Bool {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withAddress(path) { Glibc.connect(descriptor, $0, $1) != 0 } && errno == ECONNREFUSED
    }

    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(maxPath)) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ path: String, _ flag: String, _ code: Int32) -> BootFailure {
        if code == EADDRINUSE {
            return BootFailure(
                "the path '\(path)' (\(flag)) is in use by another program, or no socket; remove it or name another",
                status: ExitStatus.unavailable)
        }
        return BootFailure(
            "cannot listen at '\(path)' (\(flag)): \(String(cString: strerror(code)))",
            status: code == EACCES ? ExitStatus.noPermission : ExitStatus.system)
    }
}
