import ModelArchive

/// Why the understanding part of a model could not be loaded. The sentence names the node and what to change.
package struct LoadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the list may grow.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// A stable name for logs.
        package let description: String

        /// The pipeline names a component that is not known here.
        package static let unknownComponent = Code(description: "component_unknown")
        /// The pipeline names a component that is known but cannot be run here.
        package static let unsupportedComponent = Code(description: "component_not_served")
        /// A component's setting has a value that it cannot have, or one that is not served.
        package static let badSetting = Code(description: "component_setting_invalid")
        /// A component's file lacks something or does not fit the others.
        package static let badFile = Code(description: "component_file_invalid")
        /// A regular expression that cannot be compiled.
        package static let badPattern = Code(description: "pattern_invalid")
        /// Weights that are missing or do not fit the features or each other.
        package static let badWeights = Code(description: "component_weights_invalid")
    }

    /// The kind of fault.
    package let code: Code
    /// One sentence.
    package let message: String

    /// An error of a kind with its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// An error of a file of the archive.
    init(_ error: ArchiveError) {
        self.init(.badFile, error.message)
    }

    /// The sentence.
    package var description: String { message }
}
