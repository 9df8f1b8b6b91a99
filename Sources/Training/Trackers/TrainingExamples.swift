import Dialogue
import ExactText
import JSON

/// What policies learn: states, and the action that followed.
struct TurnExample: Sendable {
    var states: [JSON]
    let action: String

    /// The examples of conversations, each once (Rasa's `MaxHistoryTrackerFeaturizer`).
    ///
    /// - Parameters:
    ///   - maxHistory: How many states count; nil for all.
    ///   - omitsUnset: Whether slots that nothing has set are left out, as for rules.
    static func all(
        in trackers: [TrainingTracker], maxHistory: Int?, omitsUnset: Bool = false
    ) -> [TurnExample] {
        struct Key: Hashable {
            let states: [JSON]
            let action: ExactString
        }
        var seen: Set<Key> = []
        var examples: [TurnExample] = []
        for tracker in trackers {
            let states = omitsUnset ? tracker.statesOfSetSlots : tracker.states
            var count = 0
            for event in tracker.appliedEvents {
                guard let action = event.action else { continue }
                count += 1
                guard !event.isUnpredictable else { continue }
                let before = states.prefix(count)
                let example = TurnExample(
                    states: Array(maxHistory.map { before.suffix($0) } ?? before), action: action.reference.nameOrText)
                if seen.insert(Key(states: example.states, action: example.action.exact)).inserted {
                    examples.append(example)
                }
            }
        }
        for index in examples.indices {
            examples[index].states = examples[index].states.map(\.withoutTextOfIntent)
        }
        return examples
    }
}
