/// Why a turn could not be brought to its end. Nothing of it is stored.
package struct TurnError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The policies chose an action that the domain does not have.
        case unknownAction
        /// The model has no policies.
        case noPolicies
    }

    /// The kind of failure.
    package let code: Code
    /// What happened.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
