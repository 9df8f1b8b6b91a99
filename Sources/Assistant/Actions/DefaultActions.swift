import Dialogue
import JSON

/// Waiting for the user, or marking an unlikely intent: the event that it ran is all.
struct DoNothing: Action {
    let name: String

    func run(_ context: ActionContext) async throws -> [Event] { [] }
}

/// Begins a session, with the slots of the one before if the domain says so.
struct StartSession: Action {
    let name = DefaultAction.sessionStart

    func run(_ context: ActionContext) async throws -> [Event] {
        var events = [Event(.sessionStarted)]
        if context.domain.session.carryOverSlots {
            events += context.tracker.appliedEvents().filter { if case .slot = $0.body { true } else { false } }
        }
        events.append(Event(.action(ActionExecuted(name: DefaultAction.listen))))
        return events
    }
}

struct DeactivateLoop: Action {
    let name = DefaultAction.deactivateLoop

    func run(_ context: ActionContext) async throws -> [Event] {
        [Event(.activeLoop(name: nil)), Event(.slot(SlotSet(DefaultSlot.requestedSlot, .null)))]
    }
}

/// Asks whether the likeliest intent was meant.
struct AskAffirmation: Action {
    let name = DefaultAction.askAffirmation

    func run(_ context: ActionContext) async throws -> [Event] {
        let message = context.tracker.latestMessage
        var intent = message.intentName
        let ranking = message.parseData["intent_ranking"]?.array ?? []
        if intent == DefaultIntent.nluFallback, ranking.count > 1 { intent = ranking[1]["name"]?.string }
        let shown = intent ?? "None"
        return [
            Event.utterance([
                "text": .string("Did you mean '\(shown)'?"),
                "buttons": [
                    ["title": "Yes", "payload": .string("/\(shown)")],
                    ["title": "No", "payload": .string("/\(DefaultIntent.outOfScope)")],
                ],
                "utter_action": .string(name),
            ])
        ]
    }
}
