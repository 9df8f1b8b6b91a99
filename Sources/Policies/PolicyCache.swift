package import Dialogue
import Synchronization

/// What the policies remember of one conversation between two predictions, so that they need not go through all of it
/// again. It may be thrown away at any time, and belongs to the model that made it.
package final class PolicyCache: Sendable {
    private let history: Mutex<StateHistory>

    init(_ domain: Domain, _ ruleOnly: StateHistory.RuleOnly) {
        history = Mutex(StateHistory(domain, ruleOnly))
    }

    /// The states of the conversation as it is now.
    func follow(_ tracker: Tracker) -> StateHistory {
        history.withLock { history in
            history.follow(tracker)
            return history
        }
    }

    /// Looks at what is new in a long conversation, as a prediction would, so that the next one need not.
    package func prepare(for tracker: Tracker) {
        if unseen(of: tracker) > PolicyEnsemble.shortEvents { _ = follow(tracker) }
    }

    /// How many of the conversation's events it does not know yet.
    func unseen(of tracker: Tracker) -> Int { tracker.events.count - history.withLock(\.seen) }

    /// The last message among the events that make up the tracker's state.
    package func lastMessage(in tracker: Tracker) -> Event? {
        follow(tracker).applied.last { $0.user != nil }
    }
}
