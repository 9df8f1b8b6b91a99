import ExactText
import JSON
import TestSupport
import Testing

@testable import Dialogue

@Suite("Slots of a conversation, of which only the changed ones are kept")
struct ConversationSlotsTests {
    private static let slots = [
        Slot(name: "text", kind: .text, influencesConversation: true),
        Slot(
            name: "size", kind: .categorical(values: ["small", "__other__"]), initialValue: "small",
            influencesConversation: true),
        Slot(name: "list", kind: .list, initialValue: "one", influencesConversation: true),
        Slot(name: "hidden", kind: .text, influencesConversation: false),
        Slot(name: "yes", kind: .bool, influencesConversation: true),
    ]

    @Test("are what a list of all of them is, with the same features", arguments: 0..<40)
    func random(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var whole = Self.slots
        for index in whole.indices { whole[index].reset() }
        var tracker = Tracker(conversation: "c", slots: Self.slots)
        for _ in 0..<20 {
            if random.happens(0.1) {
                tracker.update(Event(.allSlotsReset))
                for index in whole.indices { whole[index].reset() }
            } else {
                let name = (whole.map(\.name) + ["unknown"]).randomElement(using: &random) ?? ""
                let values: [JSON] = [nil, "a", "small", 1, true, [], ["x"]]
                let value = values.randomElement(using: &random) ?? .null
                tracker.update(Event(.slot(SlotSet(name, value))))
                for index in whole.indices where whole[index].name == name { whole[index].set(value) }
            }
            #expect(tracker.slots.map(\.slot) == whole)
            let seen = whole.filter { $0.features.contains { $0 != 0 } }
            #expect(tracker.slots.features.entries.map(\.name) == seen.map(\.name.exact))
            #expect(tracker.slots.features.entries.map(\.values) == seen.map(\.features))
            #expect(tracker.slots.features.text == tracker.slots.features.json.encoded(.pythonSorted))
            #expect(tracker.slots["size"] == whole[1])
            #expect(tracker.slots.value(of: "unknown") == nil)
            #expect(try JSON(parsing: tracker.encodedState(verbosity: .all)) == tracker.currentState(verbosity: .all))
        }
    }

    @Test("A domain without slots has an empty object of them")
    func none() throws {
        let tracker = Tracker(conversation: "c", slots: [Slot]())
        #expect(try JSON(parsing: tracker.encodedState())["slots"] == [:])
    }

    @Test("States share what no event has changed")
    func shared() {
        var tracker = Tracker(conversation: "c", slots: Self.slots)
        let before = tracker.slots.features
        tracker.update(Event(.slot(SlotSet("hidden", "x"))))
        tracker.update(Event(.slot(SlotSet("size", "small"))))
        #expect(tracker.slots.features.isIdentical(to: before))
    }
}
