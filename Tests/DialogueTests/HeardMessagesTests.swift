import JSON
import TestSupport
import Testing

@testable import Dialogue

@Suite("Actions see the messages that all events make, one after the other")
struct HeardMessagesTests {
    private func user(_ text: String) -> Event {
        Event(.user(UserUttered(text: text, parseData: ["intent": ["name": "i"]])))
    }

    private func action(_ name: String) -> Event { Event(.action(ActionExecuted(name: name))) }

    private func shown(_ tracker: Tracker) -> [String?] {
        let seen = tracker.copy(applying: [])
        return [seen.latestMessage.text, seen.activeLoop?.triggerMessage["text"]?.string]
    }

    @Test("also a message to a form that has only run again, of which policies know nothing after the turn")
    func repeatedRun() {
        let events = [
            action("action_listen"), user("start"), action("form"), Event(.activeLoop(name: "form")),
            action("action_listen"), user("again"), action("form"), action("action_listen"),
        ]
        var tracker = Tracker(conversation: "c", slots: [Slot]())
        for event in events { tracker.update(event) }
        tracker.trim()
        #expect(tracker.latestMessage.text == "start")
        #expect(shown(tracker) == ["again", "start"])
        let loaded = Tracker(conversation: "c", slots: [Slot](), events: events)
        #expect(loaded.latestMessage.text == "start")
        #expect(shown(loaded) == ["again", "start"])
    }

    @Test("A conversation that was loaded shows what one shows that went on", arguments: 0..<80)
    func random(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var tracker = Tracker(conversation: "c", slots: [Slot]())
        for number in 0..<40 {
            let event =
                switch Int.random(in: 0..<12, using: &random) {
                case 0..<3: user("text \(number)")
                case 3..<6: action("action_listen")
                case 6..<8: action(["form", "other", "say"].randomElement(using: &random) ?? "")
                case 8: Event(.activeLoop(name: [nil, "form", "other"].randomElement(using: &random) ?? nil))
                case 9: Event([.actionReverted, .userUtteranceReverted].randomElement(using: &random) ?? .restart)
                case 10: Event(.entities(EntitiesAdded([["entity": "e", "value": .int(number)]])))
                default: Event(random.happens(0.2) ? .restart : .userFeaturization(useText: random.happens(0.5)))
                }
            tracker.update(event)
            if random.happens(0.3) { tracker.trim() }
            let loaded = Tracker(conversation: "c", slots: [Slot](), events: tracker.events)
            #expect(shown(loaded) == shown(tracker))
        }
    }
}
