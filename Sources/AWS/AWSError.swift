/// Why a request to AWS cannot be made.
package struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is missing or wrong, and what would be right.
    package let description: String
    /// Whether the same may succeed later.
    package let isTransient: Bool

    package init(_ description: String, isTransient: Bool = false) {
        self.description = description
        self.isTransient = isTransient
    }
}
