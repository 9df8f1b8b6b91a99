import JSON

/// An export of Wit.ai: `{"utterances": [{"text": …, "intent": …, "entities": […]}]}`.
enum WitJSON {
    /// The intent of messages that name none.
    private static let outOfScope = "out_of_scope"

    /// - Throws: ``TrainingError`` that names the element.
    static func read(_ json: JSON, _ source: inout JSONSource) throws(TrainingError) -> UnderstandingData {
        var data = UnderstandingData()
        for (name, element) in try source.elements("utterances", of: json) {
            guard let listed = element["entities"], !listed.isNull else { continue }
            guard let items = listed.array else { throw source.bad("the 'entities' of \(name) must be a list") }
            let intent = element["intent"] ?? .string(outOfScope)
            var entities: [Example.Annotation] = []
            for item in items { entities.append(try source.annotation(entity(item), name)) }
            data.examples.append(
                Example(text: element["text"]?.string ?? "", intent: intent.string, entities: entities))
        }
        return data
    }

    /// The entity as Rasa writes it: `city:from` is a name with a role.
    private static func entity(_ json: JSON) -> JSON {
        guard var members = json.object, let name = json["entity"]?.string,
            let colon = name.unicodeScalars.lastIndex(of: ":")
        else { return json }
        members["entity"] = .string(String(name.unicodeScalars[..<colon]))
        members["role"] = .string(String(name.unicodeScalars[name.unicodeScalars.index(after: colon)...]))
        members["value"] = json["body"] ?? .null
        return .object(members)
    }
}
