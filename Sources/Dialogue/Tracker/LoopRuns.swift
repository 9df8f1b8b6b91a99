import ExactText
import JSON

/// What remains of the messages to a loop once the turn is over.
///
/// A loop that runs again with nothing but its own work since its last run leaves no trace in the events that make up
/// the state (``Tracker/appliedEvents()``), and neither does the message that it answered: in Rasa, which makes the
/// state anew from those events before every turn, an older message is the last one then.
struct LoopRuns: Sendable {
    /// The last message that counts after the turn.
    private(set) var message = UserUttered.empty
    /// What was understood of the message that counts as the active loop's trigger.
    private(set) var trigger: JSON = .null
    /// The message that counted when each loop ran last.
    private var messages: [ExactString: UserUttered] = [:]

    func isKnown(_ loop: String) -> Bool { messages[loop] != nil }

    mutating func note(message: UserUttered) { self.message = message }

    mutating func noteBegin(_ loop: String) {
        if messages[loop] == nil { messages[loop] = message }
        trigger = message.parseData
    }

    /// An action has run, perhaps a loop.
    mutating func noteRun(_ action: String, isRepeat: Bool) {
        guard let earlier = messages[action] else { return }
        if isRepeat { message = earlier } else { messages[action] = message }
    }

    mutating func clear() { self = LoopRuns() }
}

extension Tracker {
    /// Takes the state for what it is after the turn: without the messages to a loop that has only run again.
    package mutating func trim() {
        latestMessage = loopRuns.message
        activeLoop = activeLoop?.triggered(by: loopRuns.trigger)
    }

    /// Whether a loop that runs after these events repeats its last run; events that were taken back do not count.
    func isRepeat(of loop: String, after events: ArraySlice<Event>) -> Bool {
        guard loopRuns.isKnown(loop) else { return false }
        let lastRun = events.suffix(Tracker.maxRunDistance).lastIndex { $0.isAction(loop) || $0.reverts }
        guard let lastRun else { return false }
        let since = events[lastRun].reverts ? Tracker.appliedEvents(of: events) : Array(events[lastRun...])
        return Tracker.repeats(loop, after: since)
    }
}
