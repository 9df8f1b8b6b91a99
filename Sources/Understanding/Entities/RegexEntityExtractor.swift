internal import JSON

/// Takes every match of a pattern for an entity of its name (Rasa's `RegexEntityExtractor`).
struct RegexEntityExtractor: Component {
    static let name = "RegexEntityExtractor"
    private let patterns: [NamedPattern]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let isSensitive = try context.settings.bool("case_sensitive", default: false)
        patterns = try NamedPattern.read("regex.json", context, ignoringCase: !isSensitive)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        let text = message.text
        var found: [EntityMatch] = []
        for named in patterns {
            named.pattern.forEachMatch(in: text.bytes, using: scratch.patterns) { match in
                found.append(
                    EntityMatch(
                        entity: named.name, start: text.scalarOffset(ofByte: match.whole.lowerBound),
                        end: text.scalarOffset(ofByte: match.whole.upperBound),
                        value: .string(text.string(match.whole)),
                        extractor: Self.name))
            }
        }
        message.entities += found
    }
}
