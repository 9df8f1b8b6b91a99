import Glibc
import System

/// Files with settings.
package enum SettingsFile {
    /// Which file is to be read.
    package enum Choice: Sendable, Hashable {
        /// The file that was asked for, or the default one where none was.
        case file(String)
        /// The file asked for is not there, the default one is and is read instead.
        case fallback(String, insteadOf: String)
        /// There is no file, which is no mistake; `asked` is the one that was asked for, if any.
        case none(asked: String?)

        /// The file to read; nil for none.
        package var path: String? {
            switch self {
            case .file(let path), .fallback(let path, insteadOf: _): path
            case .none: nil
            }
        }
    }

    /// Chooses as `rasa run` does: the file given, else the default one, else none.
    ///
    /// - Parameters:
    ///   - given: The path from the command line; nil if the flag was not used.
    ///   - fallback: The usual path, such as `endpoints.yml`.
    ///   - exists: Whether there is something at a path.
    package static func choose(
        given: String?, fallback: String, exists: (String) -> Bool = { access($0, F_OK) == 0 }
    ) -> Choice {
        if let given, exists(given) { return .file(given) }
        guard exists(fallback) else { return .none(asked: given) }
        return given.map { .fallback(fallback, insteadOf: $0) } ?? .file(fallback)
    }
}
