import Glibc
import System

/// Files with settings.
package enum SettingsFile {
    /// Which file is to be read.
    package enum Choice: Sendable, Hashable {
        /// The file that was asked for, or the usual one where none was.
        case file(String)
        /// The file asked for is not there, the usual one is and is read instead.
        case usual(String, insteadOf: String)
        /// There is no file, which is no mistake; `asked` is the one that was asked for, if any.
        case none(asked: String?)

        /// The file to read; nil for none.
        package var path: String? {
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
    package static func choose(given: String?, usual: String) -> Choice {
        if let given, exists(given) { return .file(given) }
        guard exists(usual) else { return .none(asked: given) }
        return given.map { .usual(usual, insteadOf: $0) } ?? .file(usual)
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
