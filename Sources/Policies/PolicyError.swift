import System

/// Why an archive's policies cannot be used, or a prediction could not be made.
package struct PolicyError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The archive names a policy that Parley does not know.
        case unknownPolicy
        /// A policy needs something that this version does not have.
        case unsupported
        /// The archive's files of a policy do not fit together.
        case badFiles
    }

    package let code: Code
    /// The policy, what was found, and what would be right.
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
