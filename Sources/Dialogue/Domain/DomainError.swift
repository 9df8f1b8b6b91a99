/// A domain that cannot be used.
public struct DomainError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part of the domain, such as `domain: slot "city"`.
    public let place: String
    /// What was found and what would be right.
    public let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    /// Place and message.
    public var description: String { "\(place): \(message)" }
}
