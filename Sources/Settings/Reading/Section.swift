import ExactText
import OrderedCollections
import YAML

/// A group of keys in a settings file, read with types.
struct Section {
    /// The section's name for messages.
    let name: String
    let place: SourcePlace
    private let entries: YAMLMapping

    /// - Parameters:
    ///   - node: What stands under the section's name.
    ///   - known: The keys that have a meaning here.
    ///   - guarded: Those of them that are not to be missed where they are misspelt.
    ///   - warnings: Gets one for any other key.
    /// - Throws: ``SourceError`` with `.badValue` where this is no group of keys, `.unknownKey` for a guarded key that
    ///   is misspelt.
    init(
        _ node: YAMLNode, name: String, known: [String], guarded: [String] = [], _ warnings: inout [SettingsWarning]
    ) throws(SourceError) {
        guard let mapping = node.mapping else {
            throw SourceError(.badValue, at: node.place, "'\(name)' must be a group of keys, not \(node.kind)")
        }
        self.name = name
        place = node.place
        entries = mapping
        warnings += try UnknownKeys.warnings(of: mapping, in: name, known: known, guarded: guarded)
    }

    /// The value of a key; nil where the key is missing or has no value.
    func node(_ key: String) -> YAMLNode? {
        entries[key].flatMap { $0.value.isNull ? nil : $0.value }
    }

    /// A text; numbers and the like are taken as they were written.
    func text(_ key: String) throws(SourceError) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.text else { throw bad(key, node, "a string") }
        return text
    }

    /// A text with something in it. An empty one counts as missing, as in Rasa: variables leave it, and Rasa's own
    /// examples have it.
    func filledText(_ key: String) throws(SourceError) -> String? {
        try text(key).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number, which may also be the text of a variable.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(SourceError) -> Int? {
        guard let node = node(key) else { return nil }
        let value: Int? =
            switch node.value {
            case .int(let value): value
            case .string(let text): Int(text)
            default: nil
            }
        guard let value, range.contains(value) else {
            let upTo =
                range.upperBound == Int.max
                ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            throw bad(key, node, "a whole number \(upTo)")
        }
        return value
    }

    /// Seconds; more than none, unless zero has a meaning too.
    func seconds(_ key: String, orZero: Bool = false) throws(SourceError) -> Duration? {
        guard let node = node(key) else { return nil }
        let value: Double? =
            switch node.value {
            case .int(let value): Double(value)
            case .double(let value): value
            case .string(let text): Double(text)
            default: nil
            }
        guard let value, value > 0 || (orZero && value == 0), value < 1e9 else {
            throw bad(key, node, "a number of seconds\(orZero ? "" : " above 0")")
        }
        return .seconds(value)
    }

    /// True or false, which may also be the text of a variable.
    func flag(_ key: String) throws(SourceError) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .bool(let value) = node.value { return value }
        switch node.text?.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw bad(key, node, "true or false")
        }
    }

    /// A list of texts; a text alone stands for a list of its parts between commas, as variables have it.
    func list(_ key: String) throws(SourceError) -> [String]? {
        guard let node = node(key) else { return nil }
        if let text = node.text {
            return text.exact.split(separator: ",").map { String($0.unicodeScalars.drop { $0 == " " }) }
        }
        guard let elements = node.sequence else { throw bad(key, node, "a list of strings") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw bad(key, element, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// Names and texts, such as HTTP headers.
    func texts(_ key: String) throws(SourceError) -> OrderedDictionary<ExactString, String> {
        guard let node = node(key) else { return [:] }
        guard let mapping = node.mapping else { throw bad(key, node, "a group of keys") }
        var texts = OrderedDictionary<ExactString, String>()
        for (name, entry) in mapping {
            guard let text = entry.value.text else { throw bad("\(key): \(name)", entry.value, "a string") }
            texts[name] = text
        }
        return texts
    }

    /// One text, or a list of them; none where the key is missing.
    func textOrTexts(_ key: String) throws(SourceError) -> [String] {
        guard let node = node(key) else { return [] }
        guard let items = node.sequence else { return try text(key).map { [$0] } ?? [] }
        return try items.map { (item) throws(SourceError) in
            guard let text = item.text, !item.isNull else { throw bad(key, item, "a string, or a list of strings") }
            return text
        }
    }

    /// The place of a key's value, or of the section where the key is missing.
    func place(of key: String) -> SourcePlace { entries[key]?.value.place ?? place }

    private func bad(_ key: String, _ node: YAMLNode, _ right: String) -> SourceError {
        SourceError(.badValue, at: node.place, "'\(key)' in '\(name)' must be \(right)")
    }

    static func list(_ names: some Sequence<String>) -> String { names.joined(separator: ", ") }
}
