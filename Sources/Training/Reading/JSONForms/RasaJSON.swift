import Dialogue
import ExactText
import JSON
import OrderedCollections
import PythonSemantics

/// Rasa's older form, `{"rasa_nlu_data": {"common_examples": […]}}`.
enum RasaJSON {
    private static let sections = ["common_examples", "regex_features", "lookup_tables", "entity_synonyms"]

    /// - Throws: ``TrainingError`` that names the element.
    static func read(_ json: JSON, _ source: inout JSONSource) throws(TrainingError) -> UnderstandingData {
        for key in json.object?.keys ?? [] where key != "rasa_nlu_data" {
            throw source.bad("there is '\(key)' beside 'rasa_nlu_data', which must be alone")
        }
        guard let content = json["rasa_nlu_data"], let members = content.object else {
            throw source.bad("'rasa_nlu_data' must be an object, such as {\"common_examples\": []}")
        }
        for key in members.keys where !sections.contains(exact: key.string) {
            source.warn("'\(key)' is ignored; 'rasa_nlu_data' takes \(sections.joined(separator: ", "))")
        }
        var data = UnderstandingData()
        for (name, element) in try source.elements("common_examples", of: content) {
            data.examples.append(try example(element, name, source))
        }
        for (name, element) in try source.elements("regex_features", of: content) {
            guard let title = try source.text("name", of: element, name),
                let pattern = try source.text("pattern", of: element, name)
            else { throw source.bad("\(name) must have 'name' and 'pattern'") }
            data.expressions.append((title, pattern))
        }
        for (name, element) in try source.elements("lookup_tables", of: content) {
            data.lookupTables.append(try table(element, name, source))
        }
        for (_, element) in try source.elements("entity_synonyms", of: content) {
            data.synonyms.merge(synonyms(of: element)) { _, new in new }
        }
        return data
    }

    private static func example(
        _ json: JSON, _ name: String, _ source: JSONSource
    ) throws(TrainingError) -> Example {
        guard var rest = json.object else { throw source.bad("\(name) must be an object with a 'text'") }
        let text = rest.removeValue(forKey: "text") ?? .null
        guard text.isNull || text.string != nil else { throw source.bad("the 'text' of \(name) must be a string") }
        let intent = try source.text("intent", of: json, name)
        guard json["entities"].map({ $0.array != nil }) ?? true else {
            throw source.bad("the 'entities' of \(name) must be a list")
        }
        var entities: [Example.Annotation] = []
        for entity in json["entities"]?.array ?? [] {
            if let value = entity["value"], value.string == nil, value.double == nil {
                throw source.bad("the 'value' of an entity of \(name) must be a string or a number")
            }
            entities.append(try source.annotation(entity, name))
        }
        var example = try source.example(text.string ?? "", intent, entities)
        rest["intent"] = nil
        rest["entities"] = nil
        if !rest.isEmpty { example.metadata = .object(rest) }
        return example
    }

    private static func table(
        _ json: JSON, _ name: String, _ source: JSONSource
    ) throws(TrainingError) -> (String, [String]) {
        guard let title = try source.text("name", of: json, name) else {
            throw source.bad("\(name) must have a 'name'")
        }
        guard let elements = json["elements"]?.array, !elements.isEmpty, elements.allSatisfy({ $0.string != nil })
        else {
            throw source.bad("the 'elements' of \(name) must be a list of strings; a file is not read")
        }
        return (title, elements.compactMap(\.string))
    }

    /// What stands for a value: `{"value": …, "synonyms": […]}`; none where one of both is missing.
    static func synonyms(of json: JSON) -> OrderedDictionary<ExactString, String> {
        guard let value = json["value"]?.pythonText, let given = json["synonyms"] else { return [:] }
        // A text is taken for the list of its characters.
        let synonyms = given.array?.map(\.pythonText) ?? given.string?.unicodeScalars.map { String($0) } ?? []
        return OrderedDictionary(synonyms.map { ($0.exact, value) }) { _, new in new }
    }
}
