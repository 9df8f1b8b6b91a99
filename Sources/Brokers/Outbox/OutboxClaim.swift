import Glibc
import System

/// A server's right to an outbox directory: every worker of one server has it, no other server does.
///
/// What the outboxes of a directory share lies in mapped memory, which two hosts that share a volume do not have in
/// common; and of two servers on one host the second would publish what the first took for its own. The file `server`
/// says who has the directory, and whoever has it holds a shared lock on that file until the process ends. A server is
/// known by its listening socket, so that a new binary on the same socket shares the directory with the old one.
package final class OutboxClaim: Sendable {
    /// Enough for eight workers that look at once.
    private static let attempts = 20
    private static let pause: UInt32 = 1000

    /// Its lock is the claim.
    private let descriptor: Int32

    /// Claims a directory, which is made where it is missing. Waits 20 ms at most, for others that look as well.
    ///
    /// - Parameter server: What tells this server from all others; a short text.
    /// - Throws: ``OutboxError`` with `.inUse` where another server has the directory, or it cannot be used.
    package init(of path: String, by server: String) throws(OutboxError) {
        do throws(SystemError) {
            try Directory.make(path, permissions: 0o700)
        } catch {
            throw .system("make the directory", path, error.code)
        }
        let file = "\(path)/server"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("open", file) }
        do throws(OutboxError) {
            try Self.lock(descriptor, file, for: server)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func lock(_ descriptor: Int32, _ file: String, for server: String) throws(OutboxError) {
        for attempt in 1...attempts {
            // Nobody has the directory: it is free for a name.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                try write(server, to: descriptor, file)
            } else if errno != EWOULDBLOCK {
                throw .system("lock", file)
            }
            // The step from one lock to the other is none: another may have come in between with a name of its own.
            if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
                if try name(in: descriptor, file) == Array(server.utf8) { return }
                // Others that only look must be able to find the file free.
                flock(descriptor, LOCK_UN)
            }
            if attempt < attempts { usleep(pause) }
        }
        throw OutboxError(
            .inUse, "another server uses '\(file)' and its directory; each needs a directory of its own")
    }

    private static func write(_ server: String, to descriptor: Int32, _ file: String) throws(OutboxError) {
        let bytes = Array(server.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw .system("write", file)
        }
    }

    private static func name(in descriptor: Int32, _ file: String) throws(OutboxError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw .system("read", file) }
        return Array(bytes.prefix(count))
    }
}
