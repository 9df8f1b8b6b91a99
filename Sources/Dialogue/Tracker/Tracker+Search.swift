extension Tracker {
    /// Whether any event makes up the state; without one the conversation needs a session start.
    public var hasAppliedEvents: Bool {
        switch events.last?.body {
        case nil, .restart, .sessionStarted: false
        case .userUtteranceReverted, .actionReverted: !appliedEvents().isEmpty
        // Whatever the last event is, it counts, or repeats a loop's run that does.
        default: true
        }
    }

    /// The last event of a kind among those that make up the state.
    public func lastAppliedEvent(where matches: (Event) -> Bool) -> Event? {
        appliedEvents().last(where: matches)
    }

    /// The events since the last start of a session, when there was more than one; otherwise all.
    ///
    /// As Rasa splits conversations: a session begins with its session start action.
    public static func lastSession(of events: [Event]) -> ArraySlice<Event> {
        guard let start = events.lastIndex(where: { $0.isAction(DefaultAction.sessionStart) }), start > 0 else {
            return events[...]
        }
        return events[start...]
    }
}
