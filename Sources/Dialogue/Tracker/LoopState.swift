public import JSON

/// The loop (form) that is active.
public struct LoopState: Sendable, Hashable {
    /// The loop's name.
    public let name: String
    /// Whether another answer was given meanwhile, so that the message needs no validation.
    public internal(set) var isInterrupted = false
    /// Whether the loop declined to run.
    public internal(set) var isRejected = false
    /// What was understood of the message that started the loop.
    public let triggerMessage: JSON

    /// The loop as Rasa shows it in a tracker.
    public var json: JSON {
        [
            "name": .string(name), "is_interrupted": .bool(isInterrupted), "rejected": .bool(isRejected),
            "trigger_message": triggerMessage,
        ]
    }
}
