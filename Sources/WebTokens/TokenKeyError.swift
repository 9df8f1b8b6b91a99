/// A key that tokens cannot be checked with. Never holds the key.
package struct TokenKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be right.
    package let description: String

    init(_ description: String) { self.description = description }
}
