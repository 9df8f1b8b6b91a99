import ExactText
import JSON
import PythonSemantics
import TestSupport
import Testing

@testable import Dialogue
@testable import Policies

@Suite("Rules are found by index as they are when each is compared")
struct RuleTableTests {
    @Test("in random tables and conversations", arguments: 0..<80)
    func random(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var table: JSONObject = [:]
        for number in 0..<Int.random(in: 0...60, using: &random) {
            let count = Int.random(in: random.happens(0.05) ? 0...0 : 1...3, using: &random)
            let turns = (0..<count).map { _ in RuleTableTests.conditions(&random) }
            table[JSON.array(turns).text(.pythonSorted)] = .string("action_\(number)")
        }
        let rules = try RuleTable(.object(table))
        for _ in 0..<60 {
            let states = (0..<Int.random(in: 0...4, using: &random)).map { _ in RuleTableTests.state(&random) }
            let expected = table.filter { RuleTableTests.matches($0.key, states.map(\.json)) }.map(\.value.string)
            #expect(rules.matching(states).map(\.outcome) == expected)
            #expect(rules.matching(states.map(\.json)).map(\.outcome) == expected)
        }
    }

    @Test("A state that says that something must not be set, as in training, is as if it were not")
    func marked() throws {
        let rules = try RuleTable([
            #"[{"prev_action": {"action_name": "a"}, "slots": {"s": "should_not_be_set"}}]"#: "x",
            #"[{"prev_action": {"action_name": "a"}, "slots": {"s": [1.0]}}]"#: "y",
        ])
        let state: JSON = ["prev_action": ["action_name": "a"], "slots": ["s": "should_not_be_set"]]
        #expect(rules.matching([state]).map(\.outcome) == ["x"])
    }

    /// Rasa's definition, rule by rule.
    private static func matches(_ key: String, _ states: [JSON]) -> Bool {
        let turns = (try? JSON(parsing: key))?.array ?? []
        return zip(turns.reversed(), states.reversed()).allSatisfy { conditions, state in
            let demandsAction = conditions["prev_action"]?.object?.isEmpty == false
            let hasAction = state["prev_action"]?.object?.isEmpty == false
            guard demandsAction, hasAction else { return demandsAction == hasAction }
            return (conditions.object ?? [:]).allSatisfy { part, wanted in
                (wanted.object ?? [:]).allSatisfy { name, value in
                    let actual = state[part]?[name] ?? .null
                    if value == .string(RuleTable.mustBeUnset) { return !actual.isPythonTrue }
                    return !value.isPythonTrue || actual == value
                }
            }
        }
    }

    private static let names = ["a", "b", "c", ""]

    private static func conditions(_ random: inout SeededRandom) -> JSON {
        func pick(_ random: inout SeededRandom) -> JSON { .string(names.randomElement(using: &random) ?? "a") }
        var turn: JSONObject = [:]
        if random.happens(0.9) {
            turn["prev_action"] = [random.happens(0.9) ? "action_name" : "action_text": pick(&random)]
        }
        if random.happens(0.6) {
            var user: JSONObject = [:]
            if random.happens(0.8) { user["intent"] = pick(&random) }
            if random.happens(0.3) { user["entities"] = random.happens(0.8) ? ["city", "city#to"] : [] }
            if random.happens(0.2) { user["text"] = pick(&random) }
            turn["user"] = .object(user)
        }
        if random.happens(0.5) {
            var slots: JSONObject = [:]
            for slot in ["s", "t"] where random.happens(0.5) {
                let values: [JSON] = [.string(RuleTable.mustBeUnset), [1.0], [0.0, 1.0]]
                slots[slot] = values.randomElement(using: &random)
            }
            turn["slots"] = .object(slots)
        }
        if random.happens(0.4) {
            turn["active_loop"] = ["name": random.happens(0.5) ? .string(RuleTable.mustBeUnset) : pick(&random)]
        }
        return .object(turn)
    }

    static func state(_ random: inout SeededRandom) -> DialogueState {
        var state = DialogueState()
        if random.happens(0.8) {
            var user = DialogueState.User()
            if random.happens(0.8) { user.intent = (names + ["other"]).randomElement(using: &random) }
            if random.happens(0.3) { user.entities = random.happens(0.8) ? ["city", "city#to"] : ["city"] }
            if random.happens(0.3) { user.text = (names + ["\"é\" \\ \n"]).randomElement(using: &random) }
            state.user = user
        }
        for (place, slot) in ["t", "s", "unnamed"].enumerated() where random.happens(0.4) {
            let values: [[Double]] = [[1], [0, 1], [0.25]]
            let chosen = values.randomElement(using: &random) ?? [1]
            state.slots = state.slots.setting(chosen, ofSlotAt: place, named: slot.exact)
        }
        if random.happens(0.9) {
            let name = names.randomElement(using: &random) ?? "a"
            state.previousAction = random.happens(0.9) ? .name(name) : .text(name)
        }
        if random.happens(0.4) { state.activeLoop = names.randomElement(using: &random) }
        return state
    }
}

@Suite("States are written as text like the JSON that they are")
struct StateTextTests {
    @Test("in random conversations", arguments: 0..<40)
    func random(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let states = (0..<Int.random(in: 0...6, using: &random)).map { _ in RuleTableTests.state(&random) }
        #expect(states.text == JSON.array(states.map(\.json)).text(.pythonSorted))
    }
}

@Suite("Confidences of a few actions are like those of all")
struct ActionConfidencesTests {
    @Test("whatever is set", arguments: 0..<40)
    func random(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let count = Int.random(in: 1...5, using: &random)
        var (few, all) = (ActionConfidences(count: count), ActionConfidences(Array(repeating: 0, count: count)))
        for _ in 0..<8 {
            let place = Int.random(in: 0..<count, using: &random)
            let values: [Double] = [0, 0.3, 1, -0.5]
            let value = values.randomElement(using: &random) ?? 0
            few[place] = value
            all[place] = value
            #expect(Array(few) == Array(all))
            #expect(few.best?.place == all.best?.place)
            #expect(few.best?.value == all.best?.value)
        }
    }

    @Test("Without an action there is no best one")
    func none() {
        #expect(ActionConfidences(count: 0).best == nil)
    }
}
