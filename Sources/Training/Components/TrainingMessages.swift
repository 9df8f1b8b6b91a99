import Dialogue
import ExactText
import JSON
import OrderedCollections

/// A message as featurizers are trained on it: an example, or something that stories or the domain say.
struct TrainingMessage: Hashable, Sendable {
    /// The attributes that are counted, by Rasa's names of them.
    private(set) var attributes: OrderedDictionary<ExactString, String> = [:]

    /// The attributes in Rasa's order.
    static let names = ["text", "intent", "response", "action_name", "action_text", "intent_response_key"]
    /// Those that are texts rather than names.
    static let texts = ["text", "response", "action_text"]

    static func == (one: TrainingMessage, other: TrainingMessage) -> Bool {
        one.attributes.mapValues(\.exact) == other.attributes.mapValues(\.exact)
    }

    func hash(into hasher: inout Hasher) {
        for (name, value) in attributes {
            hasher.combine(name)
            hasher.combine(value.exact)
        }
    }

    private init(_ name: String, _ value: String) { attributes[name] = value }

    private init(_ example: Example, _ responses: [JSONObject]) {
        if !example.text.isEmpty { attributes["text"] = example.text }
        attributes["intent"] = example.intent
        guard let key = example.responseKey else { return }
        attributes["intent_response_key"] = key
        attributes["response"] = Self.response("utter_\(key)", responses)
    }

    /// What is learned of a response: the last text of its variations, or its key where they have none.
    static func response(_ key: String, _ responses: [JSONObject]) -> String? {
        var learned: String?
        for variations in responses.compactMap({ $0[key]?.array }) where !variations.isEmpty {
            let text = variations.last { $0["text"]?.string?.isEmpty == false }?["text"]?.string
            learned = text ?? learned ?? key
        }
        return learned
    }

    /// All messages, each once: the names of default actions, the examples, then actions and messages of stories.
    ///
    /// - Parameter responses: Of the domain as it is written, which count before those of the training data.
    static func all(_ data: UnderstandingData, _ steps: [StoryStep], responses: JSONObject) -> [TrainingMessage] {
        var messages = DefaultAction.names.map { TrainingMessage("action_name", $0) }
        messages += data.examples.map { TrainingMessage($0, [data.responses, responses]) }
        var actions: Set<ActionRef> = []
        var said: Set<TrainingMessage> = []
        for event in steps.lazy.flatMap(\.events) {
            switch event {
            case .action(let action): actions.insert(action.reference)
            case .user(let message):
                // One with both is an example.
                switch (message.intentName ?? "", message.text ?? "") {
                case (let intent, "") where !intent.isEmpty: said.insert(TrainingMessage("intent", intent))
                case ("", let text) where !text.isEmpty: said.insert(TrainingMessage("text", text))
                default: continue
                }
            default: continue
            }
        }
        for action in actions.sorted(by: { $0.nameOrText.precedes($1.nameOrText) }) {
            messages.append(TrainingMessage(action.name == nil ? "action_text" : "action_name", action.nameOrText))
        }
        messages += said.sorted { ($0.attributes.values.first ?? "").precedes($1.attributes.values.first ?? "") }
        return Array(OrderedSet(messages))
    }
}
