package import ExactText
package import JSON
package import OrderedCollections

/// What the response selectors of a pipeline chose for a message (Rasa's `response_selector`).
package struct ResponseSelection: Sendable, Hashable {
    package struct Choice: Sendable, Hashable {
        /// The variations of the response as in the training data; `null` from a selector that was not trained.
        package var responses: JSON
        /// From 0 to 1.
        package var confidence: Double
        /// Intent and response key, such as `faq/price`; nil if nothing was chosen.
        package var key: String?
        /// The response's name, such as `utter_faq/price`.
        package var action: String { "utter_\(key ?? "None")" }
        /// Keys by falling confidence.
        package var ranking: [ScoredIntent]

        package init(responses: JSON, confidence: Double, key: String? = nil, ranking: [ScoredIntent]) {
            self.responses = responses
            self.confidence = confidence
            self.key = key
            self.ranking = ranking
        }

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
    package var retrievalIntents: [String]
    /// The choices by the selector's intent, `default` for a selector of all intents.
    package var choices: OrderedDictionary<ExactString, Choice>

    package init(retrievalIntents: [String], choices: OrderedDictionary<ExactString, Choice>) {
        self.retrievalIntents = retrievalIntents
        self.choices = choices
    }

    package var json: JSON {
        var object: JSONObject = ["all_retrieval_intents": .array(retrievalIntents.map(JSON.string))]
        for (name, choice) in choices { object[name.string] = choice.json }
        return .object(object)
    }
}
