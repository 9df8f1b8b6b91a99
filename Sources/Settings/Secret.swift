/// A password or token that does not show itself when it is printed or logged.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret text.
    public let revealed: String

    /// Wraps a secret text.
    public init(_ text: String) { revealed = text }

    /// Says that something is there, not what.
    public var description: String { "(hidden)" }
    /// Says that something is there, not what.
    public var debugDescription: String { description }
}
