import JSON
import Testing

@testable import Dialogue

@Suite("Many events at a time lead to the state that they lead to one by one")
struct ManyEventsTests {
    let recorded: RecordedTrackers

    init() throws {
        recorded = try RecordedTrackers()
    }

    @Test("of the conversations that Rasa recorded, however they are cut")
    func recordedConversations() throws {
        for (index, conversation) in recorded.conversations.enumerated() {
            let events = try recorded.tracker(conversation).events
            for cut in Set([0, events.count / 3, events.count / 2, events.count]) {
                var tracker = Tracker(conversation: "s", slots: recorded.domain.slots)
                tracker.update(contentsOf: events[..<cut])
                tracker.update(contentsOf: events[cut...])
                guard case .object(var state) = tracker.currentState(verbosity: .all) else { continue }
                state["events"] = nil
                let difference = JSON.object(state).difference(from: conversation["state"] ?? .null)
                #expect(difference == nil, "conversation \(index), cut at \(cut)")
            }
        }
    }

    @Test("of thousands of steps back")
    func stepsBack() {
        let turn: [Event.Body] = [
            .action(ActionExecuted(name: DefaultAction.listen)), .user(UserUttered(text: "hi")),
            .action(ActionExecuted(name: "utter_greet")), .slot(SlotSet("s", 1)),
        ]
        var events = (0..<20_000).flatMap { _ in turn }.map { Event($0, timestamp: 1) }
        events += Array(repeating: Event(.actionReverted, timestamp: 2), count: 20_000)
        events += Array(repeating: Event(.userUtteranceReverted, timestamp: 3), count: 2_000)
        var tracker = Tracker(conversation: "s", slots: [])
        tracker.update(contentsOf: events)
        #expect(tracker.events.count == events.count)
        // Each step takes back one of two actions a turn, each of the others a whole turn.
        #expect(tracker.appliedEvents().count == (20_000 - 10_000 - 2_000) * turn.count)
    }

    @Test("of entities that policies found, of which a message has no more than its share")
    func entities() {
        let found = (0..<3_000).map { Event(.entities(EntitiesAdded([["entity": "e", "value": .int($0)]]))) }
        var tracker = Tracker(conversation: "s", slots: [])
        tracker.update(contentsOf: [
            Event(.action(ActionExecuted(name: DefaultAction.listen))), Event(.user(UserUttered(text: "hi"))),
        ])
        tracker.update(contentsOf: found + found)
        #expect(tracker.latestMessage.entities.count == UserUttered.maxEntities)
        #expect(tracker.events[1].user?.entities == tracker.latestMessage.entities)
        #expect(tracker.latestMessage.entities.first?["value"] == 0)
    }

    @Test("Of a loop's runs that lie absurdly far apart the later is a run of its own")
    func distantRuns() {
        var events = [Event(.activeLoop(name: "form")), Event(.action(ActionExecuted(name: "form")))]
        events += Array(repeating: Event(.slot(SlotSet("s", 1))), count: Tracker.maxRunDistance)
        #expect(!Tracker.repeats("form", after: events))
        #expect(Tracker.repeats("form", after: Array(events.dropLast())))
    }
}

@Suite("Marks of entities are taken off texts as Rasa does")
struct EntityMarksTests {
    @Test(arguments: [
        ("plain", "plain"), ("[Rome](city)", "Rome"), ("to [Rome](city:Roma)!", "to Rome!"), ("[a]()", "[a]()"),
        ("[a](:b)", "[a](:b)"), ("[a](b:)", "[a](b:)"), ("[a](b::)", "a"), ("[](city)", "[](city)"),
        (#"[a]{"entity": "b"}"#, "a"), ("[a]{}", "[a]{}"), (#"[a][{"entity": "b"}]"#, "a"), ("[a][]", "a"),
        ("[a][\n]", "[a][\n]"), ("[[a](b)", "[a"), ("[a] (b)", "[a] (b)"), ("[a](b) [c](d)", "a c"), ("[a", "[a"),
        ("[é\u{301}](x)", "é\u{301}"), ("[a](b", "[a](b"), ("[a]", "[a]"),
    ])
    func marks(_ text: String, _ plain: String) {
        #expect(EntityMarks(text).removed() == Array(plain.unicodeScalars))
    }

    @Test("in a time that grows with the text alone", arguments: ["[", "[a](", "[a](b:", "[a][", "[a]{"])
    func long(_ part: String) {
        let text = String(repeating: part, count: 200_000)
        #expect(EntityMarks(text).removed().count > 0)
    }
}
