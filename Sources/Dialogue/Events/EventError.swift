import System

/// JSON that is not an event.
package struct EventError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The value is no object, or has no `event`.
        case notAnEvent
        /// The value of `event` names no kind of event.
        case unknownType
        case missing
        /// A member has a value of the wrong kind.
        case wrongType
        /// There is more of something than is allowed.
        case tooMany
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
