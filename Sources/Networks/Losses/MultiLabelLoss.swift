import Glibc

/// The loss of inputs that have several labels each (Rasa's `MultiLabelDotProductLoss`): each input is compared with its
/// labels and with candidates drawn from all labels, and each comparison is a decision of its own.
package struct MultiLabelLoss: Sendable {
    let options: SimilarityOptions
    /// The labels of the example that has most. Rasa fills up the others with label 0, which does not count but may be
    /// what makes the losses scaled.
    let width: Int
    private var comparisons: [Comparison] = []
    private var inputRows = UnitRows()
    private var tableRows = UnitRows()

    /// An input held against a label.
    private struct Comparison {
        var label: Int32
        /// Whether it is one of the input's.
        var isOwn: Bool
        var similarity: Float

        /// Sigmoid cross entropy.
        var loss: Float { max(similarity, 0) - (isOwn ? similarity : 0) + log1p(exp(-abs(similarity))) }

        var probability: Float {
            let small = exp(-abs(similarity))
            return (similarity >= 0 ? 1 : small) / (1 + small)
        }

        var isRight: Bool { (probability > 0.5) == isOwn }
    }

    package init(_ options: SimilarityOptions, width: Int) {
        self.options = options
        self.width = width
    }

    /// Computes the loss of a batch and the gradients of all rows.
    ///
    /// - Parameters:
    ///   - inputs: The embeddings of the examples.
    ///   - table: Those of all labels.
    ///   - labels: The labels of each example.
    ///   - negatives: Its `labels` are the candidates.
    package mutating func evaluate(
        inputs: EmbeddedRows, table: EmbeddedRows, labels: [[Int32]], negatives: Negatives
    ) -> LossFigures {
        guard options.isCosine else { return compare(inputs, table, labels, negatives) }
        let dimension = options.dimension
        inputRows.normalize(inputs, dimension: dimension)
        tableRows.normalize(table, dimension: dimension)
        var (left, all) = (inputRows, tableRows)
        (inputRows, tableRows) = (UnitRows(), UnitRows())
        defer { (inputRows, tableRows) = (left, all) }
        let figures = left.withRows(inputs.rows) { left in
            all.withRows(table.rows) { all in compare(left, all, labels, negatives) }
        }
        left.back(to: inputs, dimension: dimension)
        all.back(to: table, dimension: dimension)
        return figures
    }

    private mutating func compare(
        _ inputs: EmbeddedRows, _ table: EmbeddedRows, _ labels: [[Int32]], _ negatives: Negatives
    ) -> LossFigures {
        let dimension = options.dimension
        comparisons.removeAll(keepingCapacity: true)
        var highest: Float = 0
        for example in 0..<inputs.rows {
            let input = inputs.values + example * dimension
            func compare(_ label: Int32, isOwn: Bool) -> Comparison {
                let similarity = RowArithmetic.dot(input, table.values + Int(label) * dimension, dimension)
                return Comparison(label: label, isOwn: isOwn, similarity: similarity)
            }
            let own = labels[example]
            let first = comparisons.count
            for label in own { comparisons.append(compare(label, isOwn: true)) }
            for drawn in negatives.labels[example * negatives.count..<(example + 1) * negatives.count] {
                comparisons.append(compare(drawn, isOwn: own.contains(drawn)))
            }
            guard options.scalesLoss else { continue }
            for comparison in comparisons[first...] { highest = max(highest, exp(-comparison.loss)) }
            if own.count < width { highest = max(highest, exp(-compare(0, isOwn: true).loss)) }
        }
        return spread(inputs, table, labels, negatives, LossScale(highest: options.scalesLoss ? highest : nil))
    }

    private func spread(
        _ inputs: EmbeddedRows, _ table: EmbeddedRows, _ labels: [[Int32]], _ negatives: Negatives, _ scale: LossScale
    ) -> LossFigures {
        let dimension = options.dimension
        for rows in [inputs, table] { rows.gradients.update(repeating: 0, count: rows.rows * dimension) }
        var (figures, next) = (LossFigures(), 0)
        let share = 1 / Float(max(inputs.rows, 1))
        for example in 0..<inputs.rows {
            let range = next..<next + labels[example].count + negatives.count
            next = range.upperBound
            guard !range.isEmpty else { continue }
            let counts = share / Float(range.count)
            for comparison in comparisons[range] {
                let factor = counts * scale(exp(-comparison.loss))
                figures.loss += factor * comparison.loss
                if comparison.isRight { figures.accuracy += counts }
                let derivative = factor * (comparison.probability - (comparison.isOwn ? 1 : 0))
                let (input, label) = (example * dimension, Int(comparison.label) * dimension)
                RowArithmetic.add(derivative, table.values + label, to: inputs.gradients + input, dimension)
                RowArithmetic.add(derivative, inputs.values + input, to: table.gradients + label, dimension)
            }
        }
        return figures
    }
}
