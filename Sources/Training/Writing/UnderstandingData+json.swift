import ExactText
package import JSON
import OrderedCollections

extension UnderstandingData {
    /// The examples and what belongs to them, but for the responses, in Rasa's older form of JSON.
    package var json: JSON {
        var synonymsOf: OrderedDictionary<ExactString, [JSON]> = [:]
        for (surface, value) in synonyms { synonymsOf[value, default: []].append(.string(surface.string)) }
        return [
            "rasa_nlu_data": [
                "common_examples": .array(examples.filter(\.isComplete).map(\.rasaJSON)),
                "regex_features": .array(
                    expressions.map { ["name": .string($0.name), "pattern": .string($0.pattern)] }),
                "lookup_tables": .array(
                    lookupTables.map {
                        ["name": .string($0.name), "elements": .array($0.elements.map { .string($0) })]
                    }),
                "entity_synonyms": .array(
                    synonymsOf.map { ["value": .string($0.string), "synonyms": .array($1)] }),
            ]
        ]
    }
}

extension Example {
    fileprivate var rasaJSON: JSON {
        var members = metadata.object ?? [:]
        members["text"] = .string(text)
        if let intent = responseKey ?? intent { members["intent"] = .string(intent) }
        if !entities.isEmpty { members["entities"] = .array(entities.map(\.json)) }
        return .object(members)
    }
}
