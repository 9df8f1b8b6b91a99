/// Some texts of a batch, and where their rows go.
package struct TextChunk {
    /// Rows of one type.
    package struct Rows {
        /// Rows of the table, in the order in which they are computed.
        let picks: UnsafeBufferPointer<UInt32>
        /// The row of the chunk that each becomes.
        let places: UnsafeMutablePointer<UInt32>
        /// The number of the first of them among all rows of this type in the batch.
        let first: Int
    }

    package let table: FeatureTable
    package let layout: RowLayout
    package let tokens: Rows
    package let sentences: Rows
    /// The last rows of texts with fewer tokens than the batch's longest, where they have a row for the whole.
    let shorter: UnsafeBufferPointer<UInt32>

    /// - Parameters:
    ///   - texts: Numbers in the table.
    ///   - onlyLast: Whether only each text's last row is computed; right where rows do not see each other and nobody
    ///     asks for the rest.
    ///   - longest: The most tokens of a text in the batch; nil for the most of these.
    ///   - firstToken: The number of token rows in the batch's chunks before this one.
    ///   - firstSentence: The number of texts in them.
    package init(
        _ texts: some Collection<Int>, of table: FeatureTable, onlyLast: Bool = false, longest: Int? = nil,
        firstToken: Int, firstSentence: Int, in pass: Pass
    ) {
        self.table = table
        layout = RowLayout(lengths: texts.map { onlyLast ? 1 : table.rows($0) }, in: pass)
        let hasSentences = table.sentence != nil
        let tokenCount = texts.reduce(0) { $0 + Self.tokens($1, table, onlyLast).count }
        let sentenceCount = hasSentences ? texts.count : 0
        let picks = pass.take(UInt32.self, tokenCount + sentenceCount)
        let places = pass.take(UInt32.self, tokenCount)
        var (token, row) = (0, 0)
        for (index, text) in texts.enumerated() {
            for tableRow in Self.tokens(text, table, onlyLast) {
                picks[token] = UInt32(tableRow)
                places[token] = UInt32(row)
                (token, row) = (token + 1, row + 1)
            }
            if hasSentences {
                picks[tokenCount + index] = UInt32(text)
                row += 1
            }
        }
        tokens = Rows(picks: UnsafeBufferPointer(start: picks, count: tokenCount), places: places, first: firstToken)
        sentences = Rows(
            picks: UnsafeBufferPointer(start: picks + tokenCount, count: sentenceCount), places: layout.lastRows,
            first: firstSentence)
        let most = longest ?? texts.map { table.tokens($0).count }.max() ?? 0
        let shorter = pass.take(UInt32.self, sentenceCount)
        var count = 0
        for (index, text) in texts.enumerated() where hasSentences && table.tokens(text).count < most {
            shorter[count] = layout.lastRows[index]
            count += 1
        }
        self.shorter = UnsafeBufferPointer(start: shorter, count: count)
    }

    /// The token rows of a text that are computed.
    static func tokens(_ text: Int, _ table: FeatureTable, _ onlyLast: Bool) -> Range<Int> {
        let all = table.tokens(text)
        guard onlyLast else { return all }
        return table.sentence == nil ? all.upperBound - 1..<all.upperBound : all.upperBound..<all.upperBound
    }
}
