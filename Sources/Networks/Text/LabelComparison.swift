/// The texts of a batch beside its labels: what is embedded, the loss, and the gradients of both sides.
struct LabelComparison {
    private let data: TextData
    /// Whether the labels of the batch are embedded apart from the list of all.
    private let areApart: Bool
    private let dimension: Int
    private var loss: SingleLabelLoss
    private var negatives: Negatives
    /// The embeddings of the batch's texts.
    let texts = RowBuffer()
    /// Those of all labels and, where they are apart, of the batch's labels after them.
    let labels = RowBuffer()
    private let own = RowBuffer()

    init(_ options: SimilarityOptions, _ data: TextData, areApart: Bool) {
        self.data = data
        self.areApart = areApart
        dimension = options.dimension
        loss = SingleLabelLoss(options)
        negatives = Negatives(count: options.negatives)
    }

    /// Makes room for a batch.
    ///
    /// - Returns: The labels that are to be embedded after the list of all.
    func prepare(_ batch: [Int], dimension: Int) -> [Int] {
        texts.resize(batch.count * dimension)
        own.resize(batch.count * dimension)
        let wanted = areApart ? batch.map { Int(data.labelOf[$0]) } : []
        labels.resize((data.labels.count + wanted.count) * dimension)
        return wanted
    }

    /// Compares, once both sides are embedded; the gradients are there afterwards.
    mutating func compare(_ batch: [Int], random: RandomKey, given: Negatives?) -> LossFigures {
        let (all, size) = (data.labels.count, batch.count * dimension)
        let ids = batch.map { data.labelOf[$0] }
        if let given {
            negatives = given
        } else {
            var stream = RandomStream(random.key(.negativeLabels))
            negatives.draw(examples: batch.count, labels: all, using: &stream)
        }
        if areApart {
            own.values.update(from: labels.values + all * dimension, count: size)
        } else {
            for (row, id) in ids.enumerated() {
                (own.values + row * dimension).update(from: labels.values + Int(id) * dimension, count: dimension)
            }
        }
        let figures = loss.evaluate(
            inputs: texts.rows(batch.count), labels: own.rows(batch.count), table: labels.rows(all), ids: ids,
            negatives: negatives)
        if areApart {
            (labels.gradients + all * dimension).update(from: own.gradients, count: size)
        } else {
            for (row, id) in ids.enumerated() {
                RowArithmetic.add(
                    1, own.gradients + row * dimension, to: labels.gradients + Int(id) * dimension, dimension)
            }
        }
        return figures
    }
}
