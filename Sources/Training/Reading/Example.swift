internal import JSON
internal import OrderedCollections

/// One message of the training data.
struct Example: Sendable, Hashable {
    /// A part of the text that was marked as an entity.
    struct Annotation: Sendable, Hashable {
        /// In Unicode scalars of the plain text.
        var start: Int
        var end: Int
        var value: String
        var entity: String
        var role: String?
        var group: String?

        /// The annotation as Rasa writes it.
        var json: JSON {
            var members: JSONObject = [
                "start": .int(start), "end": .int(end), "value": .string(value), "entity": .string(entity),
            ]
            if let role { members["role"] = .string(role) }
            if let group { members["group"] = .string(group) }
            return .object(members)
        }
    }

    /// The plain text.
    var text: String
    /// The intent; of a retrieval intent the part before the slash.
    var intent: String?
    /// `intent/response` of a retrieval intent.
    var responseKey: String?
    var entities: [Annotation] = []
    var metadata: JSON = .null
}

/// What understanding is trained with.
struct UnderstandingData: Sendable {
    /// The examples without duplicates, in order.
    var examples: [Example] = []
    /// What is written in a message → what it stands for.
    var synonyms: OrderedDictionary<String, String> = [:]
    var expressions: [(name: String, pattern: String)] = []
    var lookupTables: [(name: String, elements: [String])] = []
    /// Responses that stand beside the examples.
    var responses: JSONObject = [:]

    /// The entities that are marked in an example.
    var entities: Set<String> { Set(examples.flatMap(\.entities).map(\.entity)) }

    /// The intents that a response selector would answer.
    var retrievalIntents: Set<String> {
        Set(examples.compactMap { $0.responseKey == nil ? nil : $0.intent })
    }

    /// Whether there is nothing to train understanding with.
    var isEmpty: Bool { examples.isEmpty && expressions.isEmpty && lookupTables.isEmpty && synonyms.isEmpty }
}
