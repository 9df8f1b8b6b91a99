import Tensors

/// The features of all texts of one kind, row after row, as layers take them.
package struct FeatureTable: Sendable {
    /// Of tokens; nil where no featurizer makes any.
    package let sequence: FeatureRows?
    /// Of whole texts, one row each; nil likewise.
    package let sentence: FeatureRows?
    /// The first token row of each text and, at the end, their number.
    package let tokenStarts: [Int]

    package var count: Int { tokenStarts.count - 1 }

    /// A table of texts that have the same kinds of features. What a text lacks of them is a row without entries.
    package init(_ texts: [TextFeatureRows]) {
        sentence = FeatureRows(texts.map { (set: $0.sentence, rows: 1) })
        let hasSentence = sentence != nil
        let sets = texts.map { (set: $0.sequence, rows: max($0.sequence.rows, hasSentence ? 0 : 1)) }
        sequence = FeatureRows(sets)
        var starts = [0]
        let hasTokens = sequence != nil
        for set in sets { starts.append(starts[starts.count - 1] + (hasTokens ? set.rows : 0)) }
        tokenStarts = starts
    }

    /// The token rows of a text.
    package func tokens(_ text: Int) -> Range<Int> { tokenStarts[text]..<tokenStarts[text + 1] }

    /// The rows of a text after its tokens were joined by the row of the whole.
    package func rows(_ text: Int) -> Int { tokens(text).count + (sentence == nil ? 0 : 1) }
}

/// Rows of features: the sparse ones of all rows, and the dense ones.
package struct FeatureRows: Sendable {
    package let rows: Int
    /// The number of sparse features; nil where there are none.
    package let sparseWidth: Int?
    /// Where each row's entries begin and, at the end, their number; the column and value of each.
    let starts: [Int]
    let columns: [UInt32]
    let values: [Float]
    package let denseWidth: Int
    let dense: [Float]

    /// Nil if there are no features at all. Each set gets so many rows, empty ones beyond its own.
    init?(_ sets: [(set: FeatureSet, rows: Int)]) {
        guard let first = sets.first(where: { !$0.set.isEmpty })?.set else { return nil }
        sparseWidth = first.sparse?.columns
        denseWidth = first.dense?.columns ?? 0
        var (starts, columns, values, dense) = ([0], [UInt32](), [Float](), [Float]())
        for (set, count) in sets {
            let end = starts.count + count
            if let sparse = set.sparse {
                let base = values.count
                for rowEnd in sparse.rowStarts.dropFirst().prefix(count) { starts.append(base + Int(rowEnd)) }
                columns.append(contentsOf: sparse.columnIndices.lazy.map { UInt32($0) })
                values.append(contentsOf: sparse.values)
            }
            while starts.count < end { starts.append(values.count) }
            dense.append(contentsOf: (set.dense?.values ?? []).prefix(count * denseWidth))
            let missing = (end - 1) * denseWidth - dense.count
            if missing > 0 { dense.append(contentsOf: repeatElement(0, count: missing)) }
        }
        rows = starts.count - 1
        (self.starts, self.columns, self.values, self.dense) = (starts, columns, values, dense)
    }
}
