import Glibc

/// A file that no directory names: its room on the disk is free again with the last one that holds it, however the
/// process ends.
package final class UnnamedFile: Sendable {
    package let descriptor: Int32

    /// Makes an empty file.
    ///
    /// - Parameter directory: Whose disk it is on.
    /// - Throws: ``SystemError``.
    package init(in directory: String) throws(SystemError) {
        let path = Directory.path(".unnamed-\(RandomID.hex())", in: directory)
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError() }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// Its length in bytes.
    package func size() throws(SystemError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError() }
        return Int(status.st_size)
    }

    /// Adds bytes to its end.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) { try File.write(bytes, to: descriptor) }

    /// Reads up to `buffer.count` bytes from a place in the file; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw SystemError() }
        }
    }
}
