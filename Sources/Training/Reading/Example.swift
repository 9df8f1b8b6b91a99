package import Dialogue
package import ExactText
package import JSON
package import OrderedCollections
package import YAML

package struct MalformedExample: Error {
    package let message: String
}

package struct Example: Sendable, Hashable {
    /// A part of the text that was marked as an entity.
    package struct Annotation: Sendable, Hashable {
        /// In Unicode scalars of the plain text, as Python counts: what is negative counts from the end.
        package var start: Int
        package var end: Int
        /// A text or a number; null where the data name none.
        package var value: JSON
        package var entity: String
        package var role: String?
        package var group: String?

        package init(start: Int, end: Int, value: JSON, entity: String, role: String? = nil, group: String? = nil) {
            (self.start, self.end, self.value, self.entity) = (start, end, value, entity)
            (self.role, self.group) = (role, group)
        }

        /// An annotation as Rasa writes it; nil for one without a place or a name.
        package init?(json: JSON) {
            guard let start = json["start"]?.int, let end = json["end"]?.int, let entity = json["entity"]?.string else {
                return nil
            }
            self.init(
                start: start, end: end, value: json["value"] ?? .null, entity: entity, role: json["role"]?.string,
                group: json["group"]?.string)
        }

        package static func == (one: Annotation, other: Annotation) -> Bool { one.json == other.json }

        package func hash(into hasher: inout Hasher) { hasher.combine(json) }

        package var json: JSON {
            var members: JSONObject = [
                "start": .int(start), "end": .int(end), "value": value, "entity": .string(entity),
            ]
            if let role { members["role"] = .string(role) }
            if let group { members["group"] = .string(group) }
            return .object(members)
        }
    }

    package var text: String
    /// The intent; of a retrieval intent the part before the slash.
    package private(set) var intent: String?
    /// `intent/response` of a retrieval intent.
    package private(set) var responseKey: String?
    package var entities: [Annotation] = []
    package var metadata: JSON = .null
    /// Where it is written; nil where it is not written in YAML. Examples that differ in this alone are equal.
    package var place: SourcePlace?

    /// An example of an intent by its name without more; nil or empty for none.
    package init(text: String, intent: String? = nil, entities: [Annotation] = []) {
        self.text = text
        self.entities = entities
        let name = intent?.trimmedOfSpace ?? ""
        self.intent = name.isEmpty ? nil : name
    }

    /// An example of an intent by the name that the training data give, which is `intent/response` for a retrieval
    /// intent.
    ///
    /// - Throws: ``MalformedExample`` for a name with more slashes.
    package init(text: String, fullIntent name: String, entities: [Annotation] = []) throws(MalformedExample) {
        let parts = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count <= 2 else {
            throw MalformedExample(message: "the intent '\(name)' must not have more than one '/'")
        }
        self.init(text: text, intent: parts.first, entities: entities)
        if parts.count == 2, !parts[1].isEmpty { responseKey = name }
    }

    /// Whether the example teaches understanding: it has a text and an intent. Others are only counted as words.
    package var isComplete: Bool { !text.isEmpty && intent != nil }

    /// Whether the text counts for itself, as in stories that are told end to end.
    package var isTextAlone: Bool { !text.isEmpty && intent == nil }

    package func surface(of annotation: Annotation) -> String { text.slice(annotation.start, annotation.end) }
}

extension Example {
    package static func == (one: Example, other: Example) -> Bool {
        one.text.exact == other.text.exact && one.intent?.exact == other.intent?.exact
            && one.responseKey?.exact == other.responseKey?.exact && one.entities == other.entities
            && one.metadata == other.metadata
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(text.exact)
        hasher.combine(intent?.exact)
    }
}

extension Example {
    /// A message of a story; nil for other events, and where text or intent is missing.
    package init?(story event: Event.Body) {
        guard case .user(let message) = event, let text = message.text, !text.isEmpty,
            let intent = message.intentName, !intent.isEmpty
        else { return nil }
        self.init(text: text, intent: intent, entities: message.entities.compactMap(Annotation.init(json:)))
    }
}

package struct UnderstandingData: Sendable {
    package var examples: [Example] = []
    /// Those that teach understanding.
    package var completeExamples: some Sequence<Example> { examples.lazy.filter(\.isComplete) }
    /// What is written in a message → what it stands for.
    package var synonyms: OrderedDictionary<ExactString, String> = [:]
    package var expressions: [(name: String, pattern: String)] = []
    /// Each file's for itself, even of one name.
    package var lookupTables: [(name: String, elements: [String])] = []
    /// Responses that stand beside the examples.
    package var responses: JSONObject = [:]

    /// Adds the messages of stories that have both a text and an intent: they are examples like others, which come
    /// last, by intent.
    mutating func addMessages(of steps: [StoryStep]) {
        let messages = OrderedSet(steps.flatMap(\.events).compactMap(Example.init(story:)))
        let known = Set(examples)
        examples += messages.filter { !known.contains($0) }
            .sorted { ($0.intent ?? "").precedes($1.intent ?? "") }
    }

    /// The entities that are marked in an example.
    package var entities: Set<ExactString> { Set(completeExamples.flatMap(\.entities).map(\.entity)) }

    /// The intents that a response selector has a response for.
    package var retrievalIntents: Set<ExactString> {
        Set(examples.compactMap { $0.responseKey == nil ? nil : $0.intent })
    }

    /// Whether there is nothing to train understanding with.
    package var isEmpty: Bool {
        !examples.contains(where: \.isComplete) && expressions.isEmpty && lookupTables.isEmpty && synonyms.isEmpty
    }
}
