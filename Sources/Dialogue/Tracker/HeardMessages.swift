import JSON

/// The last message, and what triggered the active loop, as all events make them one after the other.
///
/// The tracker itself forgets the messages to a loop that has only run again (``LoopRuns``), as Rasa's does between two
/// turns. But what Rasa shows to actions is a copy that it makes event by event, and there those messages count.
struct HeardMessages: Sendable {
    private(set) var message = UserUttered.empty
    /// What was understood of the message that began the active loop.
    private(set) var trigger: JSON = .null
    private var isListening = false

    init() {}

    /// The messages after these events. Where something is taken back, Rasa begins anew with the events that then make
    /// up the state.
    ///
    /// - Parameter applied: The events that make up the state after the last of some events.
    init(_ events: [Event], applied: ([Event]) -> [Event]) {
        var rest = events[...]
        let isReverting = { (event: Event) in event.body == .userUtteranceReverted || event.body == .actionReverted }
        if let last = events.lastIndex(where: isReverting) {
            for event in applied(Array(events[...last])) { note(event.body) }
            rest = events[(last + 1)...]
        }
        for event in rest { note(event.body) }
    }

    mutating func note(_ body: Event.Body) {
        switch body {
        case .user(let message): self.message = message
        case .activeLoop: trigger = message.parseData
        case .action(let action): isListening = action.name == DefaultAction.listen
        case .entities(let added) where isListening: message.add(added.entities)
        case .userFeaturization(let useText) where isListening: message.useTextForFeaturization = useText
        case .restart, .sessionStarted: self = HeardMessages()
        default: break
        }
    }
}

extension Tracker {
    /// Shows the messages as all events make them.
    mutating func showHeardMessages() {
        latestMessage = heard.message
        activeLoop = activeLoop?.triggered(by: heard.trigger)
    }
}

extension LoopState {
    /// The same loop with another trigger.
    func triggered(by message: JSON) -> LoopState {
        var state = LoopState(name: name, triggerMessage: message)
        state.isInterrupted = isInterrupted
        state.isRejected = isRejected
        return state
    }
}
