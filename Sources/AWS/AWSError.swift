/// Why a request to AWS cannot be made.
public struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is missing or wrong, and what would be right.
    public let description: String
    /// Whether the same may succeed later.
    public let isPassing: Bool

    /// An error.
    public init(_ description: String, isPassing: Bool = false) {
        self.description = description
        self.isPassing = isPassing
    }
}
