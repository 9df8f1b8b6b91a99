import ExactText
package import JSON
package import TextFeatures

package struct ParseResult: Sendable, Hashable {
    /// The text without the white space around it.
    package var text: String
    /// The intent; its name is nil if nothing was found.
    package var intent: ScoredIntent
    /// For an intent with retrieval: the intent and response key that its selector chose, such as `faq/price`. The
    /// inner value is nil where the selector of that intent is missing.
    package var fullRetrievalIntentName: String??
    /// The entities in the order in which the extractors found them; they may overlap.
    package var entities: [EntityMatch]
    /// The words as ranges of Unicode scalars; nil for the short form.
    package var tokens: [Range<Int>]?
    /// Intents by falling confidence; nil if no component ranks them.
    package var intentRanking: [ScoredIntent]?
    /// What the response selectors chose; nil without selectors.
    package var responseSelection: ResponseSelection?
    private var extras: [Message.Extra]

    /// A result of the given parts, as for the short form of messages.
    package init(
        text: String, intent: ScoredIntent, entities: [EntityMatch] = [], intentRanking: [ScoredIntent]? = nil
    ) {
        self.text = text
        self.intent = intent
        self.entities = entities
        self.intentRanking = intentRanking
        extras = intentRanking == nil ? [] : [.ranking]
    }

    init(_ message: Message) {
        text = message.text.string
        intent = message.intent ?? ScoredIntent(name: nil, confidence: 0)
        entities = message.entities
        extras = message.extras
        tokens = extras.contains(.tokens) ? message.tokens.map(\.scalars) : nil
        intentRanking = extras.contains(.ranking) ? message.ranking : nil
        responseSelection = message.selection
        if let name = intent.name, let selection = message.selection, selection.retrievalIntents.contains(exact: name) {
            fullRetrievalIntentName = .some(selection.choices[name]?.key)
        }
    }

    /// The result as Rasa's `/model/parse` answers it, with its order of keys.
    package func json() -> JSON {
        var object = JSONObject(minimumCapacity: 6)
        object["text"] = .string(text)
        var scored = JSONObject(minimumCapacity: 3)
        scored["name"] = .text(intent.name)
        scored["confidence"] = intent.confidenceJSON
        if let name = fullRetrievalIntentName { scored["full_retrieval_intent_name"] = .text(name) }
        object["intent"] = .object(scored)
        object["entities"] = .array(entities.map { $0.json })
        for extra in extras {
            switch extra {
            case .tokens:
                object["text_tokens"] = .array(
                    (tokens ?? []).map { .array([.int($0.lowerBound), .int($0.upperBound)]) })
            case .ranking: object["intent_ranking"] = .array((intentRanking ?? []).map { $0.json })
            case .selection: object["response_selector"] = responseSelection?.json
            }
        }
        return .object(object)
    }
}
