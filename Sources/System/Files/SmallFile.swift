import Glibc

/// Files of a few pages that are read whole: keys and certificates.
package enum SmallFile {
    /// Larger files are no keys.
    package static let maxBytes = 4 << 20

    /// - Throws: ``SystemError``.
    package static func read(_ path: String) throws(SystemError) -> [UInt8] {
        // Nobody is waited for at a pipe.
        try File.read(path, atMost: maxBytes, flags: O_NONBLOCK)
    }
}
