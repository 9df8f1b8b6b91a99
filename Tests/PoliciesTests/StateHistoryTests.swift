import Dialogue
import ExactText
import JSON
import OrderedCollections
import TestSupport
import Testing

@testable import Policies

@Suite("States followed event by event are those of the whole conversation")
struct StateHistoryTests {
    @Test("in random conversations with loops, undone events and restarts", arguments: 0..<60)
    func random(seed: Int) throws {
        let loaded = try VectorModel()
        var random = SeededRandom(seed: UInt64(seed))
        var tracker = Tracker(conversation: "random", slots: loaded.domain.slots)
        var followed = StateHistory(loaded.domain, loaded.ensemble.ruleOnly)
        for _ in 0..<60 {
            tracker.update(Event(body(loaded.domain, &random)))
            if Bool.random(using: &random) { followed.follow(tracker) }
        }
        followed.follow(tracker)
        let whole = StateHistory(tracker, loaded.domain, loaded.ensemble.ruleOnly)
        #expect(followed.applied == tracker.appliedEvents())
        #expect(followed.all(last: .max) == whole.all(last: .max))
        #expect(followed.learned(last: nil) == whole.learned(last: nil))
        for count in 1...4 {
            #expect(followed.all(last: count) == whole.all(last: .max).suffix(count))
            #expect(followed.learned(last: count) == whole.learned(last: nil).suffix(count))
        }
    }

    private func body(_ domain: Domain, _ random: inout SeededRandom) -> Event.Body {
        let forms = Array(domain.forms.keys)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<5:
            let intent = domain.intentNames.randomElement(using: &random) ?? "greet"
            return .user(UserUttered(text: "text", parseData: ["intent": ["name": .string(intent), "confidence": 1]]))
        case 5..<9: return .action(ActionExecuted(name: DefaultAction.listen))
        case 9..<12:
            let name = domain.actionNames.randomElement(using: &random)
            return .action(ActionExecuted(name: name, hideRuleTurn: Bool.random(using: &random)))
        case 12..<15: return .action(ActionExecuted(name: forms.randomElement(using: &random)?.string))
        case 15:
            return .activeLoop(name: Bool.random(using: &random) ? forms.randomElement(using: &random)?.string : nil)
        case 16:
            let slot = domain.slots.randomElement(using: &random)?.name ?? "slot"
            return .slot(SlotSet(slot, [.null, "a", 1, true].randomElement(using: &random) ?? .null))
        case 17: return [.actionReverted, .userUtteranceReverted].randomElement(using: &random) ?? .restart
        case 18: return .loopInterrupted(Bool.random(using: &random))
        default: return Int.random(in: 0..<4, using: &random) == 0 ? .restart : .userFeaturization(useText: false)
        }
    }
}
