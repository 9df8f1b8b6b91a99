import JSON
import YAML

/// A file in JSON that is being read: what is wrong with it, and what is told of it.
struct JSONSource {
    let file: String
    private(set) var warnings: [TrainingWarning] = []

    init(file: String) { self.file = file }

    mutating func warn(_ message: String) {
        warnings.append(TrainingWarning(at: SourcePlace(file: file), message))
    }

    func bad(_ message: String) -> TrainingError {
        TrainingError(.badData, at: SourcePlace(file: file), message)
    }

    /// The elements of a member with what messages call each; none where it is missing.
    func elements(_ key: String, of json: JSON) throws(TrainingError) -> [(name: String, value: JSON)] {
        guard let value = json[key] else { return [] }
        guard let elements = value.array else { throw bad("'\(key)' must be a list") }
        return elements.enumerated().map { ("element \($0 + 1) of '\(key)'", $1) }
    }

    /// A member that must be a text; nil where it is missing.
    func text(_ key: String, of json: JSON, _ name: String) throws(TrainingError) -> String? {
        guard let value = json[key] else { return nil }
        guard let text = value.string else { throw bad("the '\(key)' of \(name) must be a string") }
        return text
    }

    func annotation(_ json: JSON, _ name: String) throws(TrainingError) -> Example.Annotation {
        for key in ["role", "group"] { _ = try text(key, of: json, "an entity of \(name)") }
        guard let annotation = Example.Annotation(json: json) else {
            throw bad("an entity of \(name) must have 'start', 'end' and 'entity'")
        }
        return annotation
    }

    /// An example of an intent that may be `intent/response`.
    func example(_ text: String, _ intent: String?, _ entities: [Example.Annotation]) throws(TrainingError) -> Example {
        do throws(MalformedExample) {
            return try Example(text: text, fullIntent: intent ?? "", entities: entities)
        } catch {
            throw bad(error.message)
        }
    }
}
