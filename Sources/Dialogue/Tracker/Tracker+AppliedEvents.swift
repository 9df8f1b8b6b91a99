import ExactText

extension Tracker {
    /// The events that make up the state: those since the last restart or session start, without what was taken back
    /// and without repeated runs of a loop, which policies are to see once.
    package func appliedEvents() -> [Event] { Tracker.appliedEvents(of: events[...]) }

    /// The same of the events so far.
    static func appliedEvents(of events: ArraySlice<Event>) -> [Event] {
        var loops: Set<ExactString> = []
        for event in events {
            if case .activeLoop(let name?) = event.body, !name.isEmpty { loops.insert(name) }
        }
        var applied: [Event] = []
        for event in events {
            switch event.body {
            case .restart, .sessionStarted: applied = []
            case .actionReverted: Tracker.undoLastAction(in: &applied)
            case .userUtteranceReverted:
                // Before a message there always is a listen action, which goes too.
                while let event = applied.popLast(), event.user == nil {}
                Tracker.undoLastAction(in: &applied)
            case .action(let action):
                if let name = action.name, loops.contains(name), Tracker.repeats(name, after: applied) {
                    Tracker.undo(toLastRunOf: name, in: &applied)
                } else {
                    applied.append(event)
                }
            default: applied.append(event)
            }
        }
        return applied
    }

    private static func undoLastAction(in events: inout [Event]) {
        while let event = events.popLast(), event.action == nil {}
    }

    /// Whether a loop that runs now, after these applied events, does so with nothing but its own work since its last
    /// run: it was neither ended nor left. Such a run is no event of its own for policies.
    package static func repeats(_ loop: String, after events: [Event]) -> Bool {
        var nextAction: String?
        for event in events.suffix(maxRunDistance).reversed() {
            switch event.body {
            case .activeLoop(nil): return false
            case .actionExecutionRejected(let rejected) where rejected.name?.exact == loop.exact: return false
            // In training data no rejection tells that the loop was left, only another action after a message.
            case .user:
                if let nextAction, nextAction.exact != loop.exact { return false }
            case .action(let action):
                if action.name?.exact == loop.exact { return true }
                nextAction = action.name
            default: continue
            }
        }
        return false
    }

    /// How many events may lie between two runs of a loop that count as one: a bound for what no conversation has, so
    /// that looking back costs no more where somebody makes one up.
    static let maxRunDistance = 1000

    /// Removes what policies would see of the time since the loop's last run; slots and others stay.
    private static func undo(toLastRunOf loop: String, in events: inout [Event]) {
        guard let last = events.lastIndex(where: { $0.isAction(loop) }) else { return }
        let rest = events[(last + 1)...].filter { event in
            switch event.body {
            case .action, .user, .userFeaturization: false
            default: true
            }
        }
        events.replaceSubrange((last + 1)..., with: rest)
    }
}
