import JSON

/// Says which regular expressions of the training data are found in which words (Rasa's `RegexFeaturizer`).
struct RegexFeaturizer: Component {
    private let origin: Int
    private let patterns: [NamedPattern]
    private let names: [String]
    /// In training responses and what the assistant said are searched too, which gives them these columns.
    private let attributes: Set<TextFeaturizer.Attribute>

    init(_ context: inout LoadingContext) throws(LoadError) {
        let isSensitive = context.options.flag("case_sensitive", default: true)
        patterns = try NamedPattern.read("patterns.json", context, ignoringCase: !isSensitive)
        names = patterns.map(\.name)
        attributes = context.isTraining ? [.text, .response, .actionText] : [.text]
        origin = context.addFeatures(sequence: patterns.count, sentence: patterns.count)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        // Of an empty text the original makes no features at all, so that those of others move to the left.
        guard attributes.contains(message.attribute), !patterns.isEmpty, !message.tokens.isEmpty,
            !message.text.bytes.isEmpty
        else { return }
        let tokens = message.tokens
        var hits = [Bool](repeating: false, count: tokens.count * patterns.count)
        for (column, pattern) in patterns.enumerated() {
            // Words and matches both come from left to right.
            var first = 0
            pattern.forEachMatch(in: message.text, using: scratch.patterns) { match in
                while first < tokens.count, tokens[first].bytes.upperBound <= match.lowerBound { first += 1 }
                var row = first
                while row < tokens.count, tokens[row].bytes.lowerBound < match.upperBound {
                    if tokens[row].bytes.upperBound > match.lowerBound { hits[row * patterns.count + column] = true }
                    row += 1
                }
            }
        }
        var sequence = SparseRows(columns: patterns.count)
        var sentence = SparseRows(columns: patterns.count)
        for row in tokens.indices {
            for column in patterns.indices where hits[row * patterns.count + column] { sequence.add(Int32(column)) }
            sequence.endRow()
        }
        for column in patterns.indices where tokens.indices.contains(where: { hits[$0 * patterns.count + column] }) {
            sentence.add(Int32(column))
        }
        sentence.endRow()
        message.add(PatternHits(names: names, values: hits))
        message.add(FeatureBlock(origin: origin, sequence: sequence, sentence: sentence))
    }
}
