/// Why an archive's policies cannot be used, or a prediction could not be made.
package struct PolicyError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The archive names a policy that Parley does not know.
        case unknownPolicy
        /// A policy needs something that this version does not have.
        case unsupported
        /// The archive's files of a policy do not fit together.
        case badFiles
    }

    /// The kind of failure.
    package let code: Code
    /// The policy, what was found, and what would be right.
    package let message: String

    /// An error of a kind with what is known about it.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
