/// Why an archive's policies cannot be used, or a prediction could not be made.
public struct PolicyError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: Sendable, Hashable {
        /// The archive names a policy that Parley does not know.
        case unknownPolicy
        /// A policy needs something that this version does not have.
        case unsupported
        /// The archive's files of a policy do not fit together.
        case badFiles
    }

    /// The kind of failure.
    public let code: Code
    /// The policy, what was found, and what would be right.
    public let message: String

    /// An error of a kind with what is known about it.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
