extension Tracker {
    /// Whether any event makes up the state; without one the conversation needs a session start.
    package var hasAppliedEvents: Bool {
        switch events.last?.body {
        case nil, .restart, .sessionStarted: false
        case .userUtteranceReverted, .actionReverted: !appliedEvents().isEmpty
        // Whatever the last event is, it counts, or repeats a loop's run that does.
        default: true
        }
    }

    /// The last event of a kind among those that make up the state.
    package func lastAppliedEvent(where matches: (Event) -> Bool) -> Event? {
        appliedEvents().last(where: matches)
    }

    /// The events since the last session began; all where none did.
    package static func lastSession(
        of events: [Event], from beginning: SessionBeginning = .action
    ) -> ArraySlice<Event> {
        events[(events.lastIndex(where: beginning.isAt) ?? 0)...]
    }
}

/// Which of the two events that mark the beginning of a session is its first. Rasa splits conversations at the action,
/// but some of its tracker stores read a session from the other on.
package enum SessionBeginning: Sendable, Hashable {
    /// The session start action.
    case action
    /// What the action brings about, `session_started`.
    case event

    /// Whether a session begins with this event.
    package func isAt(_ event: Event) -> Bool {
        switch self {
        case .action: event.isAction(DefaultAction.sessionStart)
        case .event: event.body == .sessionStarted
        }
    }
}
