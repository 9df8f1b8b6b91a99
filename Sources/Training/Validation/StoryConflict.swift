import Dialogue
import ExactText
import JSON
import OrderedCollections
import Policies

/// Stories that go on differently where nothing that policies see tells them apart.
struct StoryConflict: CustomStringConvertible {
    let states: [JSON]
    /// The stories by what they do there.
    let stories: OrderedDictionary<ExactString, OrderedSet<ExactString>>

    /// The conflicts among a project's stories.
    ///
    /// - Parameter maxHistory: How many states policies see; nil for all.
    /// - Throws: ``TrainingError`` where stories can go on in too many ways.
    static func all(in plan: Plan, maxHistory: Int?) throws(TrainingError) -> [StoryConflict] {
        var stories: OrderedDictionary<[JSON], OrderedDictionary<ExactString, OrderedSet<ExactString>>> = [:]
        for tracker in try StoryTeller(plan.steps, plan.domain).tell().trackers where !tracker.isRule {
            for example in TurnExample.all(in: [tracker], maxHistory: maxHistory) {
                stories[example.states, default: [:]][example.action, default: []].append(tracker.name)
            }
        }
        return stories.filter { $0.value.count > 1 }.map { StoryConflict(states: $0.key, stories: $0.value) }
    }

    var description: String {
        let choices = stories.map { action, names in
            "'\(action)' in " + names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
                + (names.count > 3 ? " and \(names.count - 3) more" : "")
        }
        return "stories differ \(place): \(choices.joined(separator: "; "))"
    }

    private var place: String {
        guard let last = states.last else { return "at the beginning" }
        if let user = last["user"], last.previousActionName == DefaultAction.listen {
            return "after the message '\(user["intent"]?.string ?? user["text"]?.string ?? "")'"
        }
        return "after '\(last.previousActionName ?? last["prev_action"]?["action_text"]?.string ?? "")'"
    }
}
