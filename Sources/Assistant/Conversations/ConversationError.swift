/// Why a message has no answer. Nothing of its turn is stored.
///
/// Failures of the lease and the tracker store come as `LeaseError` and `StoreError`: the client may try again.
package struct ConversationError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// No model is loaded.
        case noModel
        /// The domain does not have the intent.
        case unknownIntent
        /// The domain does not have the action.
        case unknownAction
        /// The model has no policies.
        case noPolicies
        /// The model's pipeline cannot handle the text.
        case notUnderstood
        /// The model cannot handle the message of a turn.
        case modelFailure
        /// The message is longer than is allowed, or says too much at once.
        case tooLarge
        /// The turn itself failed.
        case turnFailed
        /// Events cannot be kept for the broker, so nothing may happen that makes some; the client may try again.
        case noRoomForEvents
    }

    /// The kind of failure.
    package let code: Code
    /// What happened.
    package let message: String

    /// An error of a kind with what is known about it.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
