import Tensors

/// The layers work on plain memory, so that what comes in is checked once.
extension TextExamples {
    /// - Throws: ``NetworkTrainingError`` with `.unsuited`; names the example that does not fit the rest.
    func check(_ options: TextOptions) throws(NetworkTrainingError) {
        guard !examples.isEmpty else { throw .unsuited("there is no example to learn from") }
        if options.classifies, labels.isEmpty { throw .unsuited("there is no label to be told") }
        for (index, example) in examples.enumerated() {
            // Attention needs room that grows with the square of a text's length.
            guard example.rows.sequence.rows <= Self.maxTokens else {
                throw .unsuited(
                    "example \(index + 1) has \(example.rows.sequence.rows) tokens, but at most \(Self.maxTokens) can be "
                        + "learned; split it, or leave it out")
            }
            if options.classifies, !labels.indices.contains(example.label ?? -1) {
                throw .unsuited("example \(index) has no label among \(labels.count)")
            }
            for (tags, set) in zip(example.tags, tagSets)
            where options.tags && !tags.allSatisfy({ $0 >= 0 && $0 < set.count }) {
                throw .unsuited("example \(index) has a tag beyond the \(set.count) of \(set.kind.rawValue)")
            }
        }
        try Self.checkWidths(examples.map(\.rows), "examples")
        try Self.checkWidths(labels, "labels")
    }

    private static let maxTokens = 4000

    /// All texts of a kind must have features of the same widths, or none.
    static func checkWidths(_ texts: [TextFeatureRows], _ name: String) throws(NetworkTrainingError) {
        for (type, sets) in [("token", texts.map(\.sequence)), ("sentence", texts.map(\.sentence))] {
            let sparse = Set(sets.compactMap(\.sparse?.columns))
            let dense = Set(sets.compactMap(\.dense?.columns))
            guard sparse.count <= 1, dense.count <= 1 else {
                throw .unsuited("the \(name) have \(type) features of different widths")
            }
            guard sets.allSatisfy({ $0.sparse == nil || $0.dense == nil || $0.sparse?.rows == $0.dense?.rows }) else {
                throw .unsuited("sparse and dense \(type) features of the \(name) have different numbers of rows")
            }
        }
        guard texts.isEmpty || texts.contains(where: { !$0.sequence.isEmpty || !$0.sentence.isEmpty }) else {
            throw .unsuited("the \(name) have no features")
        }
    }
}
