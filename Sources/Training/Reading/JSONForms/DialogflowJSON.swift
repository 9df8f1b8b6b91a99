import JSON
import OrderedCollections
import System

/// An export of Dialogflow: a file for each intent and entity, and beside it one with examples or values for each
/// language, `NAME_usersays_LANGUAGE.json` and `NAME_entries_LANGUAGE.json`.
struct DialogflowJSON {
    private static let ignored = "@sys.ignore"
    private static let maxBytes = 256 << 20

    /// The code of the configuration's language; Python's word for none where there is none, as Rasa has it.
    private let language: String

    init(language: String?) { self.language = language ?? "None" }

    /// - Throws: ``TrainingError`` that names the element.
    func intent(_ json: JSON, _ source: inout JSONSource) throws(TrainingError) -> UnderstandingData {
        var data = UnderstandingData()
        for (index, element) in try elements("usersays", &source).enumerated() {
            let name = "example \(index + 1)"
            guard let chunks = element["data"]?.array else { throw source.bad("\(name) must have a list 'data'") }
            var text = ""
            var entities: [Example.Annotation] = []
            for chunk in chunks {
                guard let part = chunk["text"]?.string else { throw source.bad("\(name) has a part without 'text'") }
                let start = text.unicodeScalars.count
                text += part
                guard chunk["meta"] != nil || chunk["alias"] != nil else { continue }
                guard let meta = chunk["meta"]?.string else {
                    throw source.bad("\(name) has an 'alias' without 'meta'")
                }
                let entity = chunk["alias"]?.string ?? meta
                guard !entity.unicodeScalars.elementsEqual(Self.ignored.unicodeScalars) else { continue }
                entities.append(
                    Example.Annotation(
                        start: start, end: text.unicodeScalars.count, value: .string(part), entity: entity))
            }
            data.examples.append(try source.example(text, json["name"]?.string, entities))
        }
        return data
    }

    /// - Throws: ``TrainingError`` that names the element.
    func entity(_ json: JSON, _ source: inout JSONSource) throws(TrainingError) -> UnderstandingData {
        var data = UnderstandingData()
        let entries = try elements("entries", &source)
        guard !entries.isEmpty else { return data }
        guard let name = json["name"]?.string, let isExpression = json["isRegexp"]?.bool else {
            throw source.bad("an entity must have 'name' and 'isRegexp'")
        }
        for entry in entries { data.synonyms.merge(RasaJSON.synonyms(of: entry)) { _, new in new } }
        let words = entries.flatMap { $0["synonyms"]?.array ?? [] }.compactMap(\.string)
        if isExpression {
            data.expressions = words.map { (name, $0) }
        } else {
            // Words with a mark name other entities.
            let elements = words.filter { !$0.utf8.contains(UInt8(ascii: "@")) }
            if !elements.isEmpty { data.lookupTables.append((name, elements)) }
        }
        return data
    }

    /// What the file beside holds; nothing, and a warning, where there is none.
    private func elements(_ kind: String, _ source: inout JSONSource) throws(TrainingError) -> [JSON] {
        let path =
            String(decoding: source.file.utf8.dropLast(".json".utf8.count), as: UTF8.self) + "_\(kind)_\(language).json"
        guard DataFiles.kind(of: path) == .file else {
            source.warn("ignored: there is no '\(path)' with what it stands for")
            return []
        }
        guard let bytes = try? File.read(path, atMost: Self.maxBytes), let json = try? JSON(parsing: bytes),
            let elements = json.array
        else { throw source.bad("'\(path)' must be a list in JSON") }
        return elements
    }
}
