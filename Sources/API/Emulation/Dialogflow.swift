import Dialogue
import JSON
import PythonSemantics
import System

/// A response in the form of Dialogflow's `detectIntent`.
enum Dialogflow {
    static func rendered(_ parsed: JSON) -> JSON {
        var parameters: JSONObject = [:]
        for entity in parsed["entities"]?.array ?? [] {
            let name = entity["entity"]?.pythonText ?? ""
            parameters[name] = .array((parameters[name]?.array ?? []) + [entity["value"] ?? .null])
        }
        let intent = parsed["intent"]?["name"] ?? .null
        return [
            "responseId": .string(identifier()),
            "queryResult": [
                "queryText": parsed["text"] ?? .null,
                "action": intent,
                "parameters": .object(parameters),
                "fulfillmentText": "",
                "fulfillmentMessages": [],
                "outputContexts": [],
                "intent": ["name": intent, "displayName": intent],
                "intentDetectionConfidence": parsed["intent"]?["confidence"] ?? .null,
            ],
        ]
    }

    /// A new UUID with its dashes.
    private static func identifier() -> String {
        var rest = RandomID.hex()[...]
        var parts: [Substring] = []
        for length in [8, 4, 4, 4] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return (parts + [rest]).joined(separator: "-")
    }
}
