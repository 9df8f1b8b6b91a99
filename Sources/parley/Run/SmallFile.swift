import Glibc

/// Files of a few pages that are read whole: keys and certificates.
enum SmallFile {
    /// A file that cannot be read; the reason is the system's.
    struct Unreadable: Error {
        let reason: String
    }

    /// Larger files are no keys.
    static let largest = 4 << 20

    /// - Throws: ``Unreadable``.
    static func read(_ path: String) throws(Unreadable) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unreadable(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Unreadable(reason: String(cString: strerror(errno))) }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
            guard bytes.count <= largest else { throw Unreadable(reason: "File too large") }
        }
    }
}
