/// The hidden words of a batch beside the guesses for them: which are hidden, the loss, and the gradients.
struct WordComparison {
    private let data: TextData
    private var loss: SingleLabelLoss
    private var negatives: Negatives
    private var chosen = HiddenWords()
    private var ids: [Int32] = []
    /// For each chunk the number of its first hidden word and, at the end, of all; empty where none is hidden.
    private(set) var firsts: [Int] = []
    /// The rows of all chunks before words are hidden.
    private(set) var rows: WordGuess.BatchRows?
    /// The embeddings of guesses, and of the words themselves.
    let guesses = RowBuffer()
    let goldens = RowBuffer()

    init(_ options: SimilarityOptions, _ data: TextData) {
        self.data = data
        var options = options
        // So that it does not outweigh the other losses.
        options.scalesLoss = false
        loss = SingleLabelLoss(options)
        negatives = Negatives(count: options.negatives)
    }

    /// Chooses the words of a batch that are hidden.
    ///
    /// - Parameter given: The choice, by rows of the batch; nil draws it.
    mutating func hide(
        _ batch: [Int], _ chunks: [Range<Int>], _ parts: [(panels: Panels, range: ClosedRange<Float>)],
        dimension: Int, random: RandomKey, given: HiddenWords?
    ) {
        var firstRows = [0]
        for part in parts { firstRows.append((firstRows.last ?? 0) + part.panels.rows) }
        let lowest = parts.map(\.range.lowerBound).min() ?? 0
        let highest = parts.map(\.range.upperBound).max() ?? 0
        rows = WordGuess.BatchRows(
            chunks: parts.map(\.panels), firsts: Array(firstRows.dropLast()), range: lowest...highest)
        var texts: [TextRows] = []
        var words: [Int32: Int32] = [:]
        var row = 0
        for text in batch {
            let tokens = data.texts.tokens(text)
            let count = data.texts.rows(text)
            texts.append(TextRows(first: row, tokens: tokens.count, others: count - tokens.count))
            for (place, token) in tokens.enumerated() { words[Int32(row + place)] = data.words[token] }
            row += count
        }
        if let given {
            chosen = given
        } else {
            var stream = RandomStream(random.key(.hiddenWords))
            chosen.choose(texts, using: &stream)
        }
        ids = chosen.rows.map { words[$0] ?? -1 }
        firsts = firstRows.map { first in chosen.rows.firstIndex { Int($0) >= first } ?? chosen.rows.count }
        guesses.resize(ids.count * dimension)
        goldens.resize(ids.count * dimension)
    }

    /// The hidden words of a chunk.
    func hidden(_ chunk: Int, in pass: Pass) -> WordGuess.Hidden {
        let range = firsts[chunk]..<firsts[chunk + 1]
        let local = pass.take(UInt32.self, range.count)
        for (index, word) in range.enumerated() {
            local[index] = UInt32(Int(chosen.rows[word]) - (rows?.firsts[chunk] ?? 0))
        }
        return WordGuess.Hidden(
            rows: UnsafeBufferPointer(start: local, count: range.count), firstRow: rows?.firsts[chunk] ?? 0,
            substitutes: chosen.substitutes[range])
    }

    /// Compares, once both sides are embedded; the gradients are there afterwards.
    mutating func compare(random: RandomKey, given: Negatives?) -> LossFigures {
        if let given {
            negatives = given
        } else {
            var stream = RandomStream(random.key(.negativeInputs))
            negatives.draw(examples: ids.count, labels: ids.count, using: &stream)
        }
        // The words are labels and list of all labels at once.
        let copy = RowBuffer()
        let size = ids.count * loss.options.dimension
        copy.resize(size)
        copy.values.update(from: goldens.values, count: size)
        let figures = loss.evaluate(
            inputs: guesses.rows(ids.count), labels: goldens.rows(ids.count), table: copy.rows(ids.count), ids: ids,
            tableIDs: ids, negatives: negatives)
        RowArithmetic.add(1, copy.gradients, to: goldens.gradients, size)
        return figures
    }
}
