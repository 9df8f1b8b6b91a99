import Dialogue
import JSON
import PythonSemantics

/// A response in the form of LUIS' prediction API, version 3.
enum LUIS {
    static func rendered(_ parsed: JSON) -> JSON {
        [
            "query": parsed["text"] ?? .null,
            "prediction": [
                "normalizedQuery": parsed["text"] ?? .null,
                "topIntent": parsed["intent"]?["name"] ?? .null,
                "intents": .object(intents(parsed)),
                "entities": .object(entities(parsed)),
            ],
        ]
    }

    private static func intents(_ parsed: JSON) -> JSONObject {
        var intents = parsed["intent_ranking"]?.array ?? []
        if intents.isEmpty, let top = parsed["intent"], top.isPythonTrue { intents = [top] }
        var scores: JSONObject = [:]
        for intent in intents {
            scores[intent["name"]?.pythonText ?? ""] = ["score": intent["confidence"] ?? .null]
        }
        return scores
    }

    /// Values under the entity's role, or its name where it has none; of several the last counts.
    private static func entities(_ parsed: JSON) -> JSONObject {
        guard let found = parsed["entities"]?.array else { return [:] }
        var instances: JSONObject = [:]
        var values: JSONObject = ["$instance": [:]]
        for entity in found {
            let key = (entity["role"] ?? entity["entity"] ?? .null).pythonText
            var length = JSON.null
            if let start = entity["start"]?.int, let end = entity["end"]?.int { length = .int(end - start) }
            let instance: JSON = [
                "role": entity["role"] ?? .null,
                "type": entity["entity"] ?? .null,
                "text": entity["value"] ?? .null,
                "startIndex": entity["start"] ?? .null,
                "length": length,
                "score": entity["confidence"] ?? .null,
                "modelType": entity["extractor"] ?? .null,
            ]
            values[key] = [entity["value"] ?? .null]
            instances[key] = [instance]
        }
        values["$instance"] = .object(instances)
        return values
    }
}
