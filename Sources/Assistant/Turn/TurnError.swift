import System

/// Why a turn could not be brought to its end. Nothing of it is stored.
package struct TurnError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The policies chose an action that the domain does not have.
        case unknownAction
        case noPolicies
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
