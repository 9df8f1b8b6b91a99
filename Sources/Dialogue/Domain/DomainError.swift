/// A domain that cannot be used.
package struct DomainError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part of the domain, such as `domain: slot "city"`.
    package let place: String
    /// What was found and what would be right.
    package let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    /// Place and message.
    package var description: String { "\(place): \(message)" }
}
