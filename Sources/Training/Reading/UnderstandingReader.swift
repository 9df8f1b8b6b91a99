import Dialogue
import ExactText
package import JSON
import OrderedCollections
import PythonSemantics
package import YAML

/// Reads the sections `nlu` and `responses` of training data.
package struct UnderstandingReader {
    package private(set) var data = UnderstandingData()
    package private(set) var warnings: [TrainingWarning] = []
    private var seen: Set<Example> = []
    /// Where the lookup tables of the document that is being read begin.
    private var firstTable = 0

    package static func read(
        _ files: [DataFile]
    ) throws(TrainingError) -> (data: UnderstandingData, warnings: [TrainingWarning]) {
        var reader = UnderstandingReader()
        for file in files {
            switch file {
            case .document(let document): try reader.take(document)
            case .examples(let data, let warnings): reader.take(data, warnings)
            }
        }
        reader.data.expressions.sort { "\($0.name)+\($0.pattern)".precedes("\($1.name)+\($1.pattern)") }
        return (reader.data, reader.warnings)
    }

    private mutating func take(_ other: UnderstandingData, _ otherWarnings: [TrainingWarning]) {
        for example in other.examples { add(example) }
        data.synonyms.merge(other.synonyms) { _, new in new }
        data.expressions += other.expressions
        data.lookupTables += other.lookupTables
        warnings += otherWarnings
    }

    private mutating func add(_ example: Example) {
        if seen.insert(example).inserted { data.examples.append(example) }
    }

    package mutating func take(_ document: YAMLNode) throws(TrainingError) {
        try DataShapes.checkVersion(of: document)
        try DataShapes.check("nlu", of: document, .badData)
        firstTable = data.lookupTables.count
        if let section = document["nlu"] {
            guard let items = section.sequence else { throw bad(section, "'nlu' must be a list") }
            for item in items { try take(item: item) }
        }
        if let section = document["responses"] {
            try Responses.check(document)
            for (name, variations) in section.json.object ?? [:] { data.responses[name] = variations }
        }
    }

    private mutating func take(item: YAMLNode) throws(TrainingError) {
        guard item.mapping != nil else {
            throw bad(item, "an item of 'nlu' must be a group of keys, such as 'intent' and 'examples'")
        }
        if item.has("intent") {
            try takeIntent(item)
        } else if item.has("synonym") {
            guard let name = try name(item, "synonym") else { return }
            for line in try lines(item, name) {
                data.synonyms[line.text] = name
            }
        } else if item.has("regex") {
            guard let name = try name(item, "regex") else { return }
            for line in try lines(item, name) { data.expressions.append((name, line.text)) }
        } else if item.has("lookup") {
            guard let name = try name(item, "lookup") else { return }
            for line in try lines(item, name) { addToLookup(name, line.text) }
        } else {
            warn(item, "ignored: none of 'intent', 'synonym', 'regex', 'lookup' is there")
        }
    }

    private mutating func addToLookup(_ name: String, _ element: String) {
        if let index = data.lookupTables[firstTable...].firstIndex(where: { $0.name.exact == name.exact }) {
            data.lookupTables[index].elements.append(element)
        } else {
            data.lookupTables.append((name, [element]))
        }
    }

    private mutating func name(_ item: YAMLNode, _ key: String) throws(TrainingError) -> String? {
        guard let node = item[key], node.text != "" else {
            warn(item, "ignored: '\(key)' has no name")
            return nil
        }
        guard let name = node.text else { throw bad(node, "'\(key)' must be a name") }
        return name
    }

    private mutating func takeIntent(_ item: YAMLNode) throws(TrainingError) {
        guard let name = try name(item, "intent") else { return }
        let intentMetadata = item["metadata"]?.json
        let lines: [Line]
        if let list = item["examples"]?.sequence {
            lines = list.filter { $0.mapping?.isEmpty == false }.map(Self.line)
        } else {
            lines = try self.lines(item, name)
        }
        if lines.isEmpty { warn(item, "the intent '\(name)' has no examples") }
        for line in lines {
            var example = try Self.example(line, name)
            example.place = line.place
            var metadata: JSONObject = [:]
            if let intentMetadata { metadata["intent"] = intentMetadata }
            if let own = line.metadata { metadata["example"] = own }
            if !metadata.isEmpty { example.metadata = .object(metadata) }
            for annotation in example.entities {
                let (surface, value) = (example.surface(of: annotation), annotation.value.pythonText)
                if surface.exact != value.exact { data.synonyms[surface] = value }
            }
            add(example)
        }
    }

    private static func example(_ line: Line, _ intent: String) throws(TrainingError) -> Example {
        do throws(MalformedExample) {
            let read = try Annotations(line.text)
            return try Example(text: read.plainText, fullIntent: intent, entities: read.entities)
        } catch {
            throw TrainingError(.badData, at: line.place, error.message)
        }
    }

    package struct Line {
        package let text: String
        package let place: SourcePlace
        package var metadata: JSON?
    }

    /// An example of a list. One without a text is counted for its intent alone.
    private static func line(_ node: YAMLNode) -> Line {
        Line(text: node["text"]?.text?.trimmedOfLines ?? "", place: node.place, metadata: node["metadata"]?.json)
    }

    /// The examples of an item that are written as a text, a line with a dash each.
    private mutating func lines(_ item: YAMLNode, _ name: String) throws(TrainingError) -> [Line] {
        guard let node = item["examples"] else {
            if !item.has("intent") { warn(item, "ignored: '\(name)' has no examples") }
            return []
        }
        guard let text = node.string else {
            throw bad(node, "'examples' of '\(name)' must be a string with a dash before each example ('examples: |')")
        }
        var lines: [Line] = []
        for (offset, line) in text.pythonLines.enumerated() {
            let place = SourcePlace(file: node.place.file, line: node.place.line + 1 + offset)
            guard line.utf8.first == UInt8(ascii: "-") else {
                warnings.append(
                    TrainingWarning(at: place, "ignored: this line of '\(name)' does not start with '-': \(line)"))
                continue
            }
            lines.append(Line(text: String(line.unicodeScalars.dropFirst()).trimmedOfLines, place: place))
        }
        return lines
    }

    private mutating func warn(_ node: YAMLNode, _ message: String) {
        warnings.append(TrainingWarning(at: node.place, message))
    }

    private func bad(_ node: YAMLNode, _ message: String) -> TrainingError {
        TrainingError(.badData, at: node.place, message)
    }
}

/// The section `responses`, of domains and training data alike.
package enum Responses {
    /// - Throws: ``TrainingError`` unless it is a list of variations with a text or a custom part under each name.
    package static func check(_ document: YAMLNode) throws(TrainingError) {
        try DataShapes.check("responses", of: document, .badData)
        for (name, entry) in document["responses"]?.mapping ?? [:] {
            for variation in entry.value.sequence ?? []
            where variation["text"] == nil && variation["custom"] == nil {
                throw TrainingError(
                    .badData, at: variation.place,
                    "a variation of the response '\(name)' has neither 'text' nor 'custom'")
            }
        }
    }
}
