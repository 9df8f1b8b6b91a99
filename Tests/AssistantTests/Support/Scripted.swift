import Dialogue
import JSON
import Policies
import Synchronization

@testable import Assistant

/// Understands what a recording understood, looked up by the text.
struct ScriptedInterpreter: NLUInterpreter {
    var results: [String: JSONObject] = [:]

    func parse(_ text: String, of conversation: String) async -> JSONObject {
        results[text] ?? ["text": .string(text), "intent": ["name": nil, "confidence": 0.0], "entities": []]
    }
}

/// Decides what a recording decided, one after the other; then listens.
final class ScriptedDeciding: ActionPredictor {
    private let choices: Mutex<ArraySlice<ActionChoice>>

    init(_ choices: [ActionChoice]) {
        self.choices = Mutex(choices[...])
    }

    func choose(_ tracker: Tracker, _ memory: PolicyCache?) throws -> ActionChoice {
        choices.withLock { $0.popFirst() } ?? ActionChoice(action: DefaultAction.listen, confidence: 1)
    }

    func predict(_ tracker: Tracker, _ memory: PolicyCache?) throws -> Prediction {
        Prediction(probabilities: [1], policyName: "Scripted")
    }
}

/// What understanding and policies said in recorded events.
struct Script {
    var interpreter = ScriptedInterpreter()
    var choices: [ActionChoice] = []

    /// Adds what recorded events tell, in the form of a tracker's JSON.
    mutating func add(_ events: [JSON]) {
        var pending: [Event] = []
        for event in events {
            switch event["event"]?.string {
            case "user":
                guard case .object(var parsed)? = event["parse_data"], let text = event["text"]?.string else {
                    continue
                }
                parsed["message_id"] = nil
                parsed["metadata"] = nil
                interpreter.results[text] = parsed
            case "user_featurization":
                pending = [Event(.userFeaturization(useText: event["use_text_for_featurization"]?.bool))]
            case "action":
                let policy = event["policy"]?.string
                var metadata = event["metadata"]?.object ?? [:]
                metadata["model_id"] = nil
                metadata["assistant_id"] = nil
                if let policy, policy != "followup_action", let name = event["name"]?.string {
                    choices.append(
                        ActionChoice(
                            action: name, policy: policy, confidence: event["confidence"]?.double ?? 0, events: pending,
                            hideRuleTurn: event["hide_rule_turn"]?.bool ?? false, metadata: metadata))
                }
                pending = []
            default: continue
            }
        }
    }
}
