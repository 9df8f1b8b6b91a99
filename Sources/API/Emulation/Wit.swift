import Dialogue
import JSON
import PythonSemantics

/// A response in the form of wit.ai's `GET /message`.
enum Wit {
    static func rendered(_ parsed: JSON) -> JSON {
        var entities: JSONObject = [:]
        for entity in parsed["entities"]?.array ?? [] {
            let name = entity["entity"]?.pythonText ?? ""
            let role = entity["role"] ?? .string(name)
            let shown: JSON = [
                "confidence": entity["confidence_entity"].flatMap { $0.isPythonTrue ? $0 : nil } ?? 1,
                "name": .string(name),
                "value": entity["value"] ?? .null,
                "body": .string(written(entity, in: parsed["text"]?.string ?? "")),
                "start": entity["start"] ?? .null,
                "end": entity["end"] ?? .null,
                "role": role,
                "entities": [],
            ]
            let key = "\(name):\(role.pythonText)"
            entities[key] = .array((entities[key]?.array ?? []) + [shown])
        }
        return [
            "text": parsed["text"] ?? .null,
            "intents": [parsed["intent"] ?? .null],
            "entities": .object(entities),
        ]
    }

    /// The entity as it stands in the text, before synonyms; offsets count Unicode scalars.
    private static func written(_ entity: JSON, in text: String) -> String {
        let scalars = text.unicodeScalars
        let start = max(0, entity["start"]?.int ?? 0)
        let end = entity["end"]?.int ?? 0
        guard start < end else { return "" }
        return String(String.UnicodeScalarView(scalars.dropFirst(start).prefix(end - start)))
    }
}
