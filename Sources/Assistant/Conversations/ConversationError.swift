import System

/// Why a message has no response. Nothing of its turn is stored.
///
/// Failures of the lease and the tracker store come as `LeaseError` and `StoreError`: the client may try again.
package struct ConversationError: CodedError {
    package enum Code: Sendable, Hashable {
        case noModel
        case unknownIntent
        case unknownAction
        case noPolicies
        /// The model's pipeline cannot handle the text.
        case notUnderstood
        /// The model cannot handle the message of a turn.
        case modelFailure
        /// The message is longer than is allowed, or says too much at once.
        case tooLarge
        case turnFailed
        /// Events cannot be kept for the broker, so nothing may happen that makes some; the client may try again.
        case noRoomForEvents
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
