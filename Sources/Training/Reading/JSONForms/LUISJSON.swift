import JSON

/// An export of LUIS: `{"luis_schema_version": …, "utterances": […], "regex_entities": […]}`.
enum LUISJSON {
    /// - Throws: ``TrainingError`` that names the element.
    static func read(_ json: JSON, _ source: inout JSONSource) throws(TrainingError) -> UnderstandingData {
        let version = json["luis_schema_version"]?.string ?? ""
        guard let major = Int(version.prefix { $0 != "." }) else {
            throw source.bad("'luis_schema_version' must be a string such as \"7.0.0\"")
        }
        guard json["utterances"] != nil else { throw source.bad("there is no 'utterances', a list of examples") }
        if major > 7 { source.warn("'luis_schema_version' is \(version); newer ones than 7 are read as that one") }
        var data = UnderstandingData()
        for (name, element) in try source.elements("utterances", of: json) {
            let text = element["text"]?.string ?? ""
            var entities: [Example.Annotation] = []
            for item in element["entities"]?.array ?? [] {
                guard let start = item["startPos"]?.int, let last = item["endPos"]?.int, last < .max,
                    let entity = item["entity"]?.string
                else { throw source.bad("an entity of \(name) must have 'startPos', 'endPos' and 'entity'") }
                entities.append(
                    Example.Annotation(
                        start: start, end: last + 1, value: .string(text.slice(start, last + 1)), entity: entity,
                        role: item["role"]?.string))
            }
            data.examples.append(Example(text: text, intent: element["intent"]?.string, entities: entities))
        }
        for (name, element) in try source.elements("regex_features", of: json) where element["activated"] == true {
            data.expressions.append(try expression(element, "pattern", name, source))
        }
        for (name, element) in try source.elements("regex_entities", of: json) {
            data.expressions.append(try expression(element, "regexPattern", name, source))
        }
        return data
    }

    private static func expression(
        _ json: JSON, _ key: String, _ name: String, _ source: JSONSource
    ) throws(TrainingError) -> (String, String) {
        guard let title = json["name"]?.string, let pattern = json[key]?.string else {
            throw source.bad("\(name) must have 'name' and '\(key)'")
        }
        return (title, pattern)
    }
}
