/// JSON that is not an event.
package struct EventError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of mistake.
    package enum Code: Sendable, Hashable {
        /// The value is no object, or has no `event`.
        case notAnEvent
        /// The value of `event` names no kind of event.
        case unknownType
        /// A member is missing.
        case missing
        /// A member has a value of the wrong kind.
        case wrongType
        /// There is more of something than is allowed.
        case tooMany
    }

    /// The kind of mistake.
    package let code: Code
    /// What was found and what would be right.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
