import ExactText
import Glibc
import JSON
import OrderedCollections
package import System

/// Reads YAML texts into trees, with environment variables put in.
package struct YAMLReader: Sendable {
    /// How deep lists and mappings may be nested.
    package static let maxNesting = 64
    /// How many values a text may have; one that is repeated by an alias counts each time.
    package static let maxValues = 100_000
    /// How long a text may be, in bytes.
    package static let maxText = 16 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Where `${NAME}` is looked up.
    package var environment: EnvironmentVariables

    package init(environment: EnvironmentVariables = .process) {
        self.environment = environment
    }

    /// Gets the bytes of a file, of which there may be so many.
    package typealias FileReading = (_ path: String, _ limit: Int) throws(SystemError) -> [UInt8]

    /// Reads a file that holds one document.
    ///
    /// - Parameter content: Gets the file's bytes; by default from the disk.
    /// - Throws: ``SourceError``.
    package func read(path: String, content: FileReading? = nil) throws(SourceError) -> YAMLNode {
        let text: [UInt8]
        do throws(SystemError) {
            if let content {
                text = try content(path, YAMLReader.maxText)
            } else {
                text = try File.read(path, atMost: YAMLReader.maxText)
            }
        } catch {
            throw SourceError(
                .unreadable, at: SourcePlace(file: path),
                error.code == EFBIG
                    ? "is longer than \(YAMLReader.maxText) bytes" : "cannot be read: \(error)")
        }
        return try read(text, file: path)
    }

    /// Reads one document. An empty text is null.
    ///
    /// - Parameters:
    ///   - text: YAML in UTF-8.
    ///   - file: The name that stands in errors.
    /// - Throws: ``SourceError`` with `.badYAML` or `.unsetVariable` and the place.
    package func read(_ text: [UInt8], file: String) throws(SourceError) -> YAMLNode {
        guard text.count <= YAMLReader.maxText else {
            throw SourceError(.badYAML, at: SourcePlace(file: file), "the file is longer than 16 MiB")
        }
        // libyaml counts a byte order mark as a column, so that the first line seems to be indented.
        let content = text.starts(with: YAMLReader.byteOrderMark) ? Array(text.dropFirst(3)) : text
        let events = try YAMLEvents(UnicodeEscapes.resolved(in: content), file: file)
        var composer = YAMLComposer(events: events, environment: environment)
        return try composer.document()
    }
}

/// Builds the tree from events.
private struct YAMLComposer {
    let events: YAMLEvents
    let environment: EnvironmentVariables
    private var anchors: [ExactString: (node: YAMLNode, values: Int)] = [:]
    private var values = 0
    private var depth = 0

    init(events: YAMLEvents, environment: EnvironmentVariables) {
        self.events = events
        self.environment = environment
    }

    package mutating func document() throws(SourceError) -> YAMLNode {
        _ = try events.next()
        let start = try events.next()
        guard case .documentStart = start.kind else { return YAMLNode(.null, at: start.place) }
        let root = try node(try events.next())
        _ = try events.next()
        let end = try events.next()
        guard case .streamEnd = end.kind else {
            throw bad("a second document begins; there must be only one", end.place)
        }
        return root
    }

    private mutating func node(_ event: YAMLEvents.Event) throws(SourceError) -> YAMLNode {
        let before = values
        values += 1
        let node: YAMLNode
        switch event.kind {
        case .alias(let name):
            guard let known = anchors[name] else { throw bad("'*\(name)' names no value before it", event.place) }
            values += known.values
            try checkCount(event.place)
            return YAMLNode(known.node.value, at: event.place, text: known.node.text)
        case .scalar(let text, let isPlain): node = try scalar(text, isPlain: isPlain, event)
        case .sequenceStart: node = try nested(event) { (composer) throws(SourceError) in try composer.sequence() }
        case .mappingStart: node = try nested(event) { (composer) throws(SourceError) in try composer.mapping() }
        default: throw bad("the text ends too early", event.place)
        }
        try checkCount(event.place)
        if let anchor = event.anchor { anchors[anchor] = (node, values - before) }
        return node
    }

    private mutating func nested(
        _ event: YAMLEvents.Event, _ read: (inout YAMLComposer) throws(SourceError) -> YAMLNode.Value
    ) throws(SourceError) -> YAMLNode {
        let plain = ["tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", nil]
        guard plain.contains(event.tag) else { throw unknownTag(event) }
        guard depth < YAMLReader.maxNesting else {
            throw bad("nested deeper than \(YAMLReader.maxNesting) levels", event.place)
        }
        depth += 1
        defer { depth -= 1 }
        return YAMLNode(try read(&self), at: event.place)
    }

    private mutating func sequence() throws(SourceError) -> YAMLNode.Value {
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return .sequence(elements) }
            elements.append(try node(event))
        }
    }

    private mutating func mapping() throws(SourceError) -> YAMLNode.Value {
        var entries = YAMLMapping()
        var merged: [YAMLMapping] = []
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try node(event)
            let value = try node(try events.next())
            if case .scalar("<<", isPlain: true) = event.kind {
                merged += try mappings(toMerge: value)
                continue
            }
            guard let name = key.text else { throw bad("a key must be a word, not \(key.kind)", key.place) }
            if let first = entries[name] {
                throw bad("the key '\(name)' is repeated; it is first in line \(first.keyPlace.line)", key.place)
            }
            entries[name] = YAMLEntry(keyPlace: key.place, value: value)
        }
        for other in merged {
            for (name, entry) in other where entries[name] == nil { entries[name] = entry }
        }
        return .mapping(entries)
    }

    private func mappings(toMerge value: YAMLNode) throws(SourceError) -> [YAMLMapping] {
        let parts = value.sequence ?? [value]
        let mappings = parts.compactMap(\.mapping)
        guard mappings.count == parts.count else {
            throw bad("'<<' takes a group of keys or a list of such", value.place)
        }
        return mappings
    }

    private func scalar(_ text: String, isPlain: Bool, _ event: YAMLEvents.Event) throws(SourceError) -> YAMLNode {
        let hasVariables =
            event.tag == "!env_var" || (event.tag == nil && isPlain && EnvironmentVariables.apply(to: text))
        if hasVariables {
            do {
                let expanded = try environment.expand(text)
                return YAMLNode(.string(expanded), at: event.place, text: expanded)
            } catch {
                let reason =
                    switch error {
                    case .unset(let name):
                        "the environment variable '\(name)' is not set; set it or write the value itself"
                    case .unreadable(let unreadable): unreadable.description
                    }
                throw SourceError(.unsetVariable, at: event.place, reason)
            }
        }
        let value: YAMLNode.Value? =
            switch event.tag {
            case nil: isPlain ? YAMLScalar.value(of: text) : .string(text)
            case "tag:yaml.org,2002:str", "!": .string(text)
            case "tag:yaml.org,2002:null": .null
            case "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int": YAMLScalar.value(of: text)
            case "tag:yaml.org,2002:float":
                switch YAMLScalar.value(of: text) {
                case .int(let number): .double(Double(number))
                case .largeInteger(let number): .double(number.double)
                case let value: value
                }
            default: nil
            }
        guard let value else { throw unknownTag(event) }
        return YAMLNode(value, at: event.place, text: text)
    }

    private func checkCount(_ place: SourcePlace) throws(SourceError) {
        guard values <= YAMLReader.maxValues else {
            throw bad("more than \(YAMLReader.maxValues) values, repeated ones counted each time", place)
        }
    }

    private func unknownTag(_ event: YAMLEvents.Event) -> SourceError {
        bad("the tag '\(event.tag ?? "")' is not known", event.place)
    }

    private func bad(_ what: String, _ place: SourcePlace) -> SourceError {
        SourceError(.badYAML, at: place, what)
    }
}
