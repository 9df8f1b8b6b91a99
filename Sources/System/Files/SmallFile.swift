import Glibc

/// Files of a few pages that are read whole: keys and certificates.
package enum SmallFile {
    /// - Throws: ``FileFailure``.
    package static func read(_ path: String) throws(FileFailure) -> [UInt8] {
        // Larger files are no keys; and nobody is waited for at a pipe.
        try WholeFile.read(path, atMost: 4 << 20, flags: O_NONBLOCK)
    }
}
