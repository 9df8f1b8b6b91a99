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

    /// Whether the last action but listen had the name, or the one before it with `skip` 1, and so on.
    public func lastExecutedActionHas(name: String, skip: Int = 0) -> Bool {
        let actions = appliedEvents().reversed().lazy.compactMap(\.action).filter { $0.name != DefaultAction.listen }
        return actions.dropFirst(skip).first?.name == name
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
