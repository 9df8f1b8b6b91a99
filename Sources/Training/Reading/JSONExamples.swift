internal import ExactText
internal import JSON

/// Reads examples in the older JSON form, `{"rasa_nlu_data": {"common_examples": […]}}`.
enum JSONExamples {
    private static let lists = ["common_examples", "intent_examples", "entity_examples"]

    /// The examples under `rasa_nlu_data`; those without a text are left out.
    ///
    /// - Throws: ``TrainingError`` that names the element.
    static func read(_ data: JSON) throws(TrainingError) -> [Example] {
        var examples: [Example] = []
        for list in lists {
            guard let value = data[list] else { continue }
            guard let elements = value.array else { throw bad("'\(list)' must be a list") }
            for (index, element) in elements.enumerated() {
                if let example = try example(element, "element \(index + 1) of '\(list)'") { examples.append(example) }
            }
        }
        return examples
    }

    private static func example(_ json: JSON, _ place: String) throws(TrainingError) -> Example? {
        guard json.object != nil else { throw bad("\(place) must be an object with a 'text'") }
        guard let text = json["text"]?.string else { return nil }
        var example = Example(text: text)
        if let intent = json["intent"] {
            guard let name = intent.string else { throw bad("the 'intent' of \(place) must be a text") }
            example.intent = name.exact.split(separator: "/", maxSplits: 1).first.map(String.init) ?? name
            example.responseKey = name.exact.contains("/") ? name : nil
        }
        guard let entities = json["entities"] else { return example }
        guard let elements = entities.array else { throw bad("the 'entities' of \(place) must be a list") }
        for entity in elements {
            guard entity["start"]?.int != nil, entity["end"]?.int != nil, entity["entity"]?.string != nil else {
                throw bad("an entity of \(place) must have 'start', 'end' and 'entity'")
            }
            guard var annotation = Example.Annotation(json: entity) else { continue }
            if entity["value"] == nil {
                annotation.value = text.scalars(annotation.start..<max(annotation.start, annotation.end))
            }
            example.entities.append(annotation)
        }
        return example
    }

    private static func bad(_ message: String) -> TrainingError { TrainingError(.badData, message) }
}
