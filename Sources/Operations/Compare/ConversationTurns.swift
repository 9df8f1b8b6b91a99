import ExactText
import JSON

/// The events of a conversation, cut before each message of the user and each action.
struct ConversationTurns {
    /// A message of the user or an action, with the events that follow from it.
    struct Step {
        var events: [JSON]

        /// The name of the action; nil for a message, and for what stands before the first of either.
        var action: String? {
            guard let first = events.first, first["event"]?.string == "action" else { return nil }
            return first["name"]?.string ?? first["action_text"]?.string
        }

        var isMessage: Bool { events.first?["event"]?.string == "user" }
    }

    /// A message of the user with all that the assistant does then; the first is what comes before any message.
    struct Turn {
        var steps: [Step] = []

        var events: [JSON] { steps.flatMap(\.events) }
        var message: JSON? { steps.first.flatMap { $0.isMessage ? $0.events.first : nil } }
        var text: String? { message?["text"]?.string }
        var intent: String? { message?["parse_data"]?["intent"]?["name"]?.string }

        /// The responses of the domain that were said, in their order.
        var responses: [String?] {
            events.filter { $0["event"]?.string == "bot" }.map { $0["metadata"]?["utter_action"]?.string }
        }
    }

    private(set) var turns: [Turn] = [Turn()]

    /// - Parameter tracker: As `GET /conversations/{id}/tracker` describes it, masked or not.
    init(tracker: JSON) {
        for event in tracker["events"]?.array ?? [] {
            switch event["event"]?.string {
            case "user": turns.append(Turn(steps: [Step(events: [event])]))
            case "action": turns[turns.count - 1].steps.append(Step(events: [event]))
            default:
                if turns[turns.count - 1].steps.isEmpty { turns[turns.count - 1].steps.append(Step(events: [])) }
                let last = turns[turns.count - 1].steps.count - 1
                turns[turns.count - 1].steps[last].events.append(event)
            }
        }
    }
}
