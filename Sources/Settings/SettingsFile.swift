internal import Glibc

/// Files with settings.
public enum SettingsFile {
    /// Which file is to be read.
    public enum Choice: Sendable, Hashable {
        /// The file that was asked for, or the usual one where none was.
        case file(String)
        /// The file asked for is not there, the usual one is and is read instead.
        case usual(String, insteadOf: String)
        /// There is no file, which is no mistake; `asked` is the one that was asked for, if any.
        case none(asked: String?)

        /// The file to read; nil for none.
        public var path: String? {
            switch self {
            case .file(let path), .usual(let path, insteadOf: _): path
            case .none: nil
            }
        }
    }

    /// Chooses as `rasa run` does: the file given, else the usual one, else none.
    ///
    /// - Parameters:
    ///   - given: The path from the command line; nil if the flag was not used.
    ///   - usual: The usual path, such as `endpoints.yml`.
    public static func choose(given: String?, usual: String) -> Choice {
        if let given, exists(given) { return .file(given) }
        guard exists(usual) else { return .none(asked: given) }
        return given.map { .usual(usual, insteadOf: $0) } ?? .file(usual)
    }

    /// The whole file.
    ///
    /// - Throws: ``SettingsError`` with `.unreadable`, also where it is longer than `limit` bytes.
    static func bytes(_ path: String, limit: Int) throws(SettingsError) -> [UInt8] {
        let place = SourcePlace(file: path)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw SettingsError(.unreadable, at: place, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SettingsError(.unreadable, at: place, "cannot be read: \(String(cString: strerror(errno)))")
            }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else {
                throw SettingsError(.unreadable, at: place, "is longer than \(limit) bytes")
            }
        }
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
