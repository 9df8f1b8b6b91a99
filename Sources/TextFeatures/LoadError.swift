import ModelArchive
import System

/// Why the understanding part of a model could not be loaded. The sentence names the node and what to change.
package struct LoadError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The pipeline names a component that is not known here.
        case unknownComponent
        /// The pipeline names a component that is known but cannot be run here.
        case unsupportedComponent
        /// A component's setting has a value that it cannot have, or one that is not supported.
        case badSetting
        /// A component's file lacks something or does not fit the others.
        case badFile
        /// A regular expression that cannot be compiled.
        case badPattern
        /// Weights that are missing or do not fit the features or each other.
        case badWeights
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// An error of a file of the archive.
    init(_ error: ArchiveError) { self.init(.badFile, error.message) }
}
