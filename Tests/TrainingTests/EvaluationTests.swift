import Evaluation
import Foundation
import JSON
import TestSupport
import Testing
import Training

@Suite("Models are held against examples and stories")
struct EvaluationTests {
    private let directory: TemporaryDirectory
    private let evaluator: Evaluator

    init() throws {
        directory = try TemporaryDirectory()
        evaluator = try Evaluator(try directory.open(Fixtures.archive("desklite")))
    }

    private func stories(_ steps: String, isEndToEnd: Bool = true) throws -> JSON {
        let text = "stories:\n- story: told\n  steps:\n" + steps
        return try evaluator.stories(of: Array(text.utf8), file: "body", isEndToEnd: isEndToEnd)
    }

    private func predictions(_ report: JSON) -> [String?] {
        (report["actions"]?.array ?? []).map { $0["predicted"]?.string }
    }

    @Test func aMessageThatIsUnderstoodGoesOn() throws {
        let report = try stories("  - user: hello\n    intent: greet\n  - action: utter_greet\n")
        #expect(report["accuracy"] == 1.0)
        #expect(predictions(report) == ["utter_greet", "action_listen"])
    }

    /// As Rasa answers: policies see the full name of the intent then, which no rule knows.
    @Test func aMessageThatIsMisunderstoodGoesOnWithTheFullNameOfItsIntent() throws {
        let steps = "  - user: when are you open\n    intent: faq/ask_hours\n  - action: utter_faq\n"
        #expect(predictions(try stories(steps)) == ["action_default_fallback", "action_default_fallback"])
        #expect(predictions(try stories(steps, isEndToEnd: false)) == ["utter_faq", "action_listen"])
    }

    @Test func entitiesOfTheShortFormAreCompared() throws {
        let report = try stories(
            "  - user: '/inform{\"device\": \"phone\"}'\n    intent: inform\n  - action: utter_greet\n")
        let key = #"[{"device": "phone"}]{"entity": "device", "value": "phone"}"#
        #expect(report["report"]?[key]?["recall"] == 1.0)
    }

    @Test func slotsThatTheModelDoesNotKnowAreNoHindrance() throws {
        let report = try stories("  - slot_was_set:\n    - nope: 1\n  - intent: greet\n  - action: utter_greet\n")
        #expect(report["accuracy"] == 1.0)
    }

    private func examples(_ text: String) throws -> JSON {
        try evaluator.understanding(of: Array(text.utf8), file: "body")
    }

    @Test func examplesInJSON() throws {
        let report = try examples(
            """
            {"rasa_nlu_data": {"common_examples": [{"text": "hello", "intent": "greet"}, {"intent": "greet"},
             {"text": "bye", "intent": "goodbye"}], "intent_examples": [{"text": "passed over", "intent": "greet"}]}}
            """)
        #expect(report["intent_evaluation"]?["predictions"]?.array?.count == 2)
        #expect(report["entity_evaluation"] == .null)
        #expect(try examples("{}")["intent_evaluation"] == .null)
    }

    @Test(arguments: [
        (#"[5]"#, "element 1 of 'common_examples' must be an object"), (#"{}"#, "must be a list"),
        (#"[{"text": "a"}, {"text": "hello", "intent": 5}]"#, "'intent' of element 2"),
        (#"[{"text": "hello", "entities": [{"start": 0, "end": 5}]}]"#, "must have 'start', 'end' and 'entity'"),
    ])
    func wrongExamplesInJSON(_ list: String, _ words: String) throws {
        #expect {
            try examples(#"{"rasa_nlu_data": {"common_examples": \#(list)}}"#)
        } throws: { error in
            (error as? TrainingError)?.message.contains(words) == true
        }
    }
}
