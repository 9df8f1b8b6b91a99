package import Glibc

/// Files that are read and written whole. Calls that a signal interrupted are made again.
package enum File {
    /// Whether there is something with this path, be it a directory.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The bytes of a file.
    ///
    /// - Parameters:
    ///   - limit: How many bytes it may have; more are `EFBIG`.
    ///   - flags: How to open it, besides reading: `O_NONBLOCK` for a path that may be no file.
    /// - Throws: ``SystemError``.
    package static func read(
        _ path: String, atMost limit: Int = .max, flags: Int32 = 0
    ) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw SystemError() }
        defer { close(descriptor) }
        return try read(from: descriptor, atMost: limit)
    }

    /// The bytes of an open file, to its end.
    ///
    /// - Parameter limit: How many there may be; more are `EFBIG`.
    /// - Throws: ``SystemError``.
    package static func read(from descriptor: Int32, atMost limit: Int = .max) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError() }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
            guard bytes.count <= limit else { throw SystemError(code: EFBIG) }
        }
    }

    /// Makes a file with these bytes, or replaces what is in it. A file that could not be written to its end stays.
    ///
    /// - Parameters:
    ///   - flags: How to open it, besides writing: `O_NOFOLLOW` where others may have put a link.
    ///   - permissions: Of a file that is made.
    /// - Throws: ``SystemError``.
    package static func write(
        _ bytes: [UInt8], to path: String, flags: Int32 = 0, permissions: mode_t = 0o600
    ) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | flags, permissions)
        guard descriptor >= 0 else { throw SystemError() }
        do throws(SystemError) {
            try write(bytes, to: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        // Some systems of files only say here that the disk is full.
        guard close(descriptor) == 0 else { throw SystemError() }
    }

    /// Writes all of the bytes to an open file.
    ///
    /// - Throws: ``SystemError``; a part may have been written.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
            try write(UnsafeRawBufferPointer(buffer), to: descriptor)
        }
    }

    /// Writes all of a buffer to an open file.
    ///
    /// - Throws: ``SystemError``; a part may have been written.
    package static func write(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
        var rest = buffer
        try write(rest: &rest, to: descriptor)
    }

    /// Adds lines to the end of an open file; all of them, or none.
    ///
    /// - Parameter lines: With their line feeds.
    /// - Throws: ``SystemError``.
    package static func append(lines: [UInt8], to descriptor: Int32) throws(SystemError) {
        var status = stat()
        let start = fstat(descriptor, &status) == 0 ? status.st_size : -1
        try lines.withUnsafeBufferPointer { (buffer) throws(SystemError) in
            var rest = UnsafeRawBufferPointer(buffer)
            do throws(SystemError) {
                try write(rest: &rest, to: descriptor)
            } catch {
                // Half a line would spoil the next; one that cannot be cut off gets an end of its own.
                if rest.count < buffer.count, start < 0 || ftruncate(descriptor, start) != 0 {
                    _ = Glibc.write(descriptor, "\n", 1)
                }
                throw error
            }
        }
    }

    /// - Parameter rest: What is still to be written, also after an error.
    private static func write(rest: inout UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count < 0 ? SystemError() : SystemError(code: EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
