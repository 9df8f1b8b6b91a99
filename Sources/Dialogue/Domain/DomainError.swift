/// A domain that cannot be used.
package struct DomainError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The part of the domain, such as `domain: slot "city"`.
    package let place: String
    package let message: String

    init(_ place: String, _ message: String) { (self.place, self.message) = (place, message) }

    package var description: String { "\(place): \(message)" }
}
