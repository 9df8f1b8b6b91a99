/// A key that tokens cannot be checked with. Never holds the key.
public struct TokenKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
