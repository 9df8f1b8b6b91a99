extension Tracker {
    /// Whether any event makes up the state; without one the conversation needs a session start.
    public var hasAppliedEvents: Bool {
        guard let session = unrevertedSession else { return !appliedEvents().isEmpty }
        return !session.isEmpty
    }

    /// The last event of a kind among those that make up the state.
    public func lastAppliedEvent(where matches: (Event) -> Bool) -> Event? {
        guard let session = unrevertedSession else { return appliedEvents().last(where: matches) }
        return session.last(where: matches)
    }

    /// The events since the last restart or session start if nothing was taken back and no loop ran: then they are the
    /// ones that make up the state, and need not be sorted out.
    private var unrevertedSession: ArraySlice<Event>? {
        var start = 0
        for (index, event) in events.enumerated() {
            switch event.body {
            case .restart, .sessionStarted: start = index + 1
            case .userUtteranceReverted, .actionReverted, .activeLoop: return nil
            default: continue
            }
        }
        return events[start...]
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
