extension Tracker {
    /// Whether any event makes up the state; without one the conversation needs a session start.
    public var hasAppliedEvents: Bool {
        let start = events.lastIndex { $0.body == .restart || $0.body == .sessionStarted }.map { $0 + 1 } ?? 0
        let session = events[start...]
        let isPlain = !session.contains { $0.body == .userUtteranceReverted || $0.body == .actionReverted }
        return isPlain ? !session.isEmpty : !appliedEvents().isEmpty
    }

    /// The last event of a kind among those that make up the state.
    public func lastAppliedEvent(where matches: (Event) -> Bool) -> Event? {
        appliedEvents().last(where: matches)
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
