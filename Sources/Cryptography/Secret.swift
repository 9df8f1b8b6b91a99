/// A password or token that does not show itself when it is printed or logged.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret text.
    package let revealed: String

    /// Wraps a secret text.
    package init(_ text: String) { revealed = text }

    /// Says that something is there, not what.
    package var description: String { "(hidden)" }
    /// Says that something is there, not what.
    package var debugDescription: String { description }
}
