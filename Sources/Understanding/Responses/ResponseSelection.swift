public import ExactText
public import JSON
public import OrderedCollections

/// What the response selectors of a pipeline chose for a message (Rasa's `response_selector`).
public struct ResponseSelection: Sendable, Hashable {
    /// What one selector chose.
    public struct Choice: Sendable, Hashable {
        /// The variations of the response as in the training data; `null` from a selector that was not trained.
        public var responses: JSON
        /// From 0 to 1.
        public var confidence: Double
        /// Intent and response key, such as `faq/price`; nil if nothing was chosen.
        public var key: String?
        /// The response's name, such as `utter_faq/price`.
        public var action: String { "utter_\(key ?? "None")" }
        /// Keys by falling confidence.
        public var ranking: [ScoredIntent]

        var json: JSON {
            [
                "response": [
                    "responses": responses, "confidence": .double(confidence), "intent_response_key": .text(key),
                    "utter_action": .string(action),
                ],
                "ranking": .array(ranking.map { $0.keyedJSON }),
            ]
        }
    }

    /// All intents with retrieval, as the archive lists them.
    public var retrievalIntents: [String]
    /// The choices by the selector's intent, `default` for a selector of all intents.
    public var choices: OrderedDictionary<ExactString, Choice>

    /// The selection as Rasa writes it.
    public var json: JSON {
        var object: JSONObject = ["all_retrieval_intents": .array(retrievalIntents.map(JSON.string))]
        for (name, choice) in choices { object[name.string] = choice.json }
        return .object(object)
    }
}
