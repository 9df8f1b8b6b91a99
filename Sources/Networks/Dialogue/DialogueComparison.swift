import Glibc

/// The loss of dialogues and labels: of the one label that follows, of all that can, or of one after each turn.
struct DialogueComparison: Sendable {
    private let options: DialogueOptions
    private let data: DialogueData
    private var single: SingleLabelLoss
    private var several: MultiLabelLoss
    private var negatives: Negatives
    private var ids: [Int32] = []
    /// What each row counts, where an example has more than one.
    private var weights: [Float] = []
    /// The embeddings of the labels of each row.
    private let labelsOfRows = RowBuffer()

    init(_ options: DialogueOptions, _ data: DialogueData) {
        self.options = options
        self.data = data
        single = SingleLabelLoss(options.similarity)
        several = MultiLabelLoss(options.similarity, width: data.widestLabels)
        negatives = Negatives(count: options.similarity.negatives)
    }

    /// Computes the loss of a batch and the gradients of all rows.
    mutating func evaluate(
        _ batch: [Int], rows: RowBuffer, labels: RowBuffer, negatives given: Negatives?, random: RandomKey
    ) -> LossFigures {
        let count = options.readsBackwards ? batch.count : batch.reduce(0) { $0 + data.dialogues[$1].count }
        if let given {
            negatives = given
        } else {
            var stream = RandomStream(random.key(.negativeLabels))
            negatives.draw(examples: count, labels: data.labelCount, using: &stream)
        }
        switch options.aim {
        case .one: return compare(batch, rows.rows(count), labels.rows(data.labelCount))
        case .several:
            return several.evaluate(
                inputs: rows.rows(count), table: labels.rows(data.labelCount), labels: batch.map { data.labels[$0] },
                negatives: negatives)
        }
    }

    private mutating func compare(_ batch: [Int], _ rows: EmbeddedRows, _ labels: EmbeddedRows) -> LossFigures {
        let dimension = options.similarity.dimension
        ids.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        for example in batch {
            let own = data.labels[example]
            ids.append(contentsOf: own)
            // The mean over a dialogue's turns, then over dialogues.
            let share = 1 / Float(batch.count * own.count)
            weights.append(contentsOf: repeatElement(share, count: own.count))
        }
        labelsOfRows.resize(ids.count * dimension)
        for (row, id) in ids.enumerated() {
            (labelsOfRows.values + row * dimension).update(
                from: labels.values + Int(id) * dimension, count: dimension)
        }
        let figures = single.evaluate(
            inputs: rows, labels: labelsOfRows.rows(ids.count), table: labels, ids: ids, negatives: negatives,
            weights: options.readsBackwards ? nil : weights)
        for (row, id) in ids.enumerated() {
            RowArithmetic.add(
                1, labelsOfRows.gradients + row * dimension, to: labels.gradients + Int(id) * dimension, dimension)
        }
        return figures
    }

    /// The similarity of each of the first rows to all labels.
    func similarities(_ count: Int, rows: RowBuffer, labels: RowBuffer) -> [[Float]] {
        let dimension = options.similarity.dimension
        func length(_ row: UnsafePointer<Float>) -> Float {
            options.similarity.isCosine ? max(RowArithmetic.dot(row, row, dimension), 1e-12).squareRoot() : 1
        }
        return (0..<count).map { row in
            let input = rows.values + row * dimension
            return (0..<data.labelCount).map { id in
                let label = labels.values + id * dimension
                return RowArithmetic.dot(input, label, dimension) / (length(input) * length(label))
            }
        }
    }
}
