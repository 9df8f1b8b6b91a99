package import JSON

package struct LoopState: Sendable, Hashable {
    package let name: String
    /// Whether another response was given meanwhile, so that the message needs no validation.
    package internal(set) var isInterrupted = false
    package internal(set) var isRejected = false
    /// What was understood of the message that started the loop.
    package let triggerMessage: JSON

    /// The loop as Rasa shows it in a tracker.
    package var json: JSON {
        [
            "name": .string(name), "is_interrupted": .bool(isInterrupted), "rejected": .bool(isRejected),
            "trigger_message": triggerMessage,
        ]
    }
}
