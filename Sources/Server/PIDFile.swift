import Glibc
import Prefork
import System

/// The file that names the supervisor's process, for scripts that send it signals. While the server runs it is locked,
/// so that the file of one that runs is never taken for one that was left behind.
struct PIDFile {
    private let path: String
    /// Where it is while a new binary has a file of its own.
    private var asidePath: String { "\(path).oldbin" }
    /// Stays open, and with it the lock, until the last process of the server has ended.
    private let descriptor: Int32

    /// Makes the file, or takes over what a server has left that does not run any more.
    ///
    /// - Throws: ``BootFailure`` where another server has it, or it cannot be written.
    init(_ path: String) throws(BootFailure) {
        self.path = path
        do throws(SystemError) {
            descriptor = try Self.open(path)
            guard ftruncate(descriptor, 0) == 0 else { throw SystemError() }
            try File.write(Array("\(getpid())\n".utf8), to: descriptor)
        } catch {
            guard error.code == EWOULDBLOCK else {
                throw BootFailure(
                    "cannot write the file '\(path)' (--pid-file): \(error)", status: ExitStatus.noPermission)
            }
            throw BootFailure(
                "the file '\(path)' (--pid-file) belongs to a server that runs; end it or name another file",
                status: ExitStatus.unavailable)
        }
    }

    /// Makes room for the file of a new binary.
    func setAside() {
        if Self.isAt(path, descriptor) { rename(path, asidePath) }
    }

    /// Undoes ``setAside()``, over what a new binary that failed may have left.
    func restore() {
        if Self.isAt(asidePath, descriptor) { rename(asidePath, path) }
    }

    /// Deletes the file at the server's end.
    func delete() {
        for place in [path, asidePath] where Self.isAt(place, descriptor) { unlink(place) }
    }

    private static func open(_ path: String) throws(SystemError) -> Int32 {
        while true {
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw SystemError() }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let failure = SystemError()
                close(descriptor)
                throw failure
            }
            if isAt(path, descriptor) { return descriptor }
            // The server before deleted it between the two calls.
            close(descriptor)
        }
    }

    private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
        var (named, open) = (stat(), stat())
        return stat(path, &named) == 0 && fstat(descriptor, &open) == 0 && named.st_ino == open.st_ino
            && named.st_dev == open.st_dev
    }
}
