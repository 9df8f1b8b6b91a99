import JSON
import TextFeatures

/// Takes every match of a pattern for an entity of its name (Rasa's `RegexEntityExtractor`).
struct RegexEntityExtractor: Component {
    static let name = "RegexEntityExtractor"
    private let patterns: [NamedPattern]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let isSensitive = context.options.flag("case_sensitive", default: false)
        patterns = try NamedPattern.read("regex.json", context, ignoringCase: !isSensitive)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        let text = message.text
        var found: [EntityMatch] = []
        for named in patterns {
            named.forEachMatch(in: text, using: scratch.patterns) { match in
                found.append(
                    EntityMatch(
                        entity: named.name, start: text.scalarOffset(ofByte: match.lowerBound),
                        end: text.scalarOffset(ofByte: match.upperBound),
                        value: .string(text.string(match)),
                        extractor: Self.name))
            }
        }
        message.entities += found
    }
}
