import Glibc
import System

/// An open file descriptor that closes itself. Calls that a signal interrupted are made again.
final class FileHandle {
    let descriptor: Int32
    let path: String

    /// Opens `path`; the descriptor is not inherited by programs that are started later.
    ///
    /// - Throws: ``ArchiveError`` with `.inputOutput` and the system's reason.
    init(opening path: String, flags: Int32, permissions: mode_t = 0o600) throws(ArchiveError) {
        var opened: Int32
        repeat { opened = open(path, flags | O_CLOEXEC, permissions) } while opened < 0 && errno == EINTR
        guard opened >= 0 else { throw ArchiveError(.inputOutput, "cannot open \(path): \(SystemError())") }
        descriptor = opened
        self.path = path
    }

    deinit { close(descriptor) }

    /// The file's length in bytes.
    func size() throws(ArchiveError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw ArchiveError(.inputOutput, "cannot inspect \(path): \(SystemError())")
        }
        return Int(status.st_size)
    }

    /// Reads up to `buffer.count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw ArchiveError(.inputOutput, "cannot read \(path): \(SystemError())")
            }
        }
    }

    /// Writes all of `buffer`.
    func write(_ buffer: UnsafeRawBufferPointer) throws(ArchiveError) {
        do throws(SystemError) {
            try File.write(buffer, to: descriptor)
        } catch {
            throw ArchiveError(.inputOutput, "cannot write \(path): \(error)")
        }
    }
}
