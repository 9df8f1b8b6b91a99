import Glibc

/// The loss of inputs that have one label each (Rasa's `SingleLabelDotProductLoss`, after StarSpace).
///
/// Each example's input and label are compared with one another and with negatives of both sides. A negative of the same
/// label is put 10⁹ below the others.
package struct SingleLabelLoss: Sendable {
    let options: SimilarityOptions
    /// For each example the derivatives of its loss by its similarities, in the order of ``Column``.
    var derivatives: [Float] = []
    /// For each example its loss.
    var losses: [Float] = []
    private var inputRows = UnitRows()
    private var labelRows = UnitRows()
    private var tableRows = UnitRows()

    package init(_ options: SimilarityOptions) {
        self.options = options
    }

    /// Computes the loss of a batch and the gradients of all rows.
    ///
    /// - Parameters:
    ///   - inputs: The embeddings of the examples.
    ///   - labels: Those of their labels, row by row.
    ///   - table: Those of all labels.
    ///   - ids: The label of each example.
    ///   - tableIDs: The label of each row of the table; nil where it is the row's number.
    ///   - weights: What each example counts; nil for an even share, the mean.
    package mutating func evaluate(
        inputs: EmbeddedRows, labels: EmbeddedRows, table: EmbeddedRows, ids: [Int32], tableIDs: [Int32]? = nil,
        negatives: Negatives, weights: [Float]? = nil
    ) -> LossFigures {
        guard options.isCosine else {
            return compare(inputs, labels, table, ids, tableIDs, negatives, weights)
        }
        let dimension = options.dimension
        inputRows.normalize(inputs, dimension: dimension)
        labelRows.normalize(labels, dimension: dimension)
        tableRows.normalize(table, dimension: dimension)
        var (left, right, all) = (inputRows, labelRows, tableRows)
        (inputRows, labelRows, tableRows) = (UnitRows(), UnitRows(), UnitRows())
        defer { (inputRows, labelRows, tableRows) = (left, right, all) }
        let figures = left.withRows(inputs.rows) { left in
            right.withRows(labels.rows) { right in
                all.withRows(table.rows) { all in compare(left, right, all, ids, tableIDs, negatives, weights) }
            }
        }
        left.back(to: inputs, dimension: dimension)
        right.back(to: labels, dimension: dimension)
        all.back(to: table, dimension: dimension)
        return figures
    }

    private mutating func compare(
        _ inputs: EmbeddedRows, _ labels: EmbeddedRows, _ table: EmbeddedRows, _ ids: [Int32], _ tableIDs: [Int32]?,
        _ negatives: Negatives, _ weights: [Float]?
    ) -> LossFigures {
        let (examples, columns) = (inputs.rows, Column(negatives: negatives.count))
        derivatives.resize(to: examples * columns.count)
        losses.resize(to: examples)
        var (right, highest) = (0, -Float.infinity)
        derivatives.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for example in 0..<examples {
                let similarities = base + example * columns.count
                Self.compare(
                    example, inputs, labels, table, ids, tableIDs, negatives, options.dimension, into: similarities)
                if columns.isRight(similarities) { right += 1 }
                let loss =
                    switch options.loss {
                    case .crossEntropy: columns.crossEntropy(similarities, isConstrained: options.isConstrained)
                    case .margin(let bounds): columns.margin(similarities, bounds)
                    }
                losses[example] = loss
                highest = max(highest, exp(-loss))
            }
        }
        let scales = options.loss == .crossEntropy && options.scalesLoss
        let loss = spread(
            inputs, labels, table, negatives, weights, LossScale(highest: scales ? highest : nil))
        return LossFigures(loss: loss, accuracy: examples == 0 ? 0 : Float(right) / Float(examples))
    }

    /// The similarities of one example.
    private static func compare(
        _ example: Int, _ inputs: EmbeddedRows, _ labels: EmbeddedRows, _ table: EmbeddedRows, _ ids: [Int32],
        _ tableIDs: [Int32]?, _ negatives: Negatives, _ dimension: Int, into similarities: UnsafeMutablePointer<Float>
    ) {
        let columns = Column(negatives: negatives.count)
        let input = inputs.values + example * dimension
        let label = labels.values + example * dimension
        similarities[0] = RowArithmetic.dot(input, label, dimension)
        for index in 0..<negatives.count {
            let drawn = negatives.labels[example * negatives.count + index]
            let isSame = (tableIDs?[Int(drawn)] ?? drawn) == ids[example]
            let row = table.values + Int(drawn) * dimension
            similarities[columns.inputLabel + index] = isSame ? -1e9 : RowArithmetic.dot(input, row, dimension)
            similarities[columns.labelLabel + index] = isSame ? -1e9 : RowArithmetic.dot(label, row, dimension)
        }
        for index in 0..<negatives.count {
            let drawn = Int(negatives.inputs[example * negatives.count + index])
            let isSame = ids[drawn] == ids[example]
            let row = inputs.values + drawn * dimension
            similarities[columns.inputInput + index] = isSame ? -1e9 : RowArithmetic.dot(input, row, dimension)
            similarities[columns.labelInput + index] = isSame ? -1e9 : RowArithmetic.dot(label, row, dimension)
        }
    }

    /// Gives the derivatives on to the rows, each example by what it counts.
    ///
    /// - Returns: The loss of the batch.
    private func spread(
        _ inputs: EmbeddedRows, _ labels: EmbeddedRows, _ table: EmbeddedRows, _ negatives: Negatives,
        _ weights: [Float]?, _ scale: LossScale
    ) -> Float {
        let (dimension, columns) = (options.dimension, Column(negatives: negatives.count))
        for rows in [inputs, labels, table] { rows.gradients.update(repeating: 0, count: rows.rows * dimension) }
        var total: Float = 0
        for example in 0..<inputs.rows {
            let counts = (weights?[example] ?? 1 / Float(inputs.rows)) * scale(exp(-losses[example]))
            total += counts * losses[example]
            let (own, first) = (example * dimension, example * columns.count)
            func give(_ derivative: Float, _ left: EmbeddedRows, _ a: Int, _ right: EmbeddedRows, _ b: Int) {
                guard derivative != 0 else { return }
                RowArithmetic.add(counts * derivative, right.values + b, to: left.gradients + a, dimension)
                RowArithmetic.add(counts * derivative, left.values + a, to: right.gradients + b, dimension)
            }
            give(derivatives[first], inputs, own, labels, own)
            for index in 0..<negatives.count {
                let label = Int(negatives.labels[example * negatives.count + index]) * dimension
                give(derivatives[first + columns.inputLabel + index], inputs, own, table, label)
                give(derivatives[first + columns.labelLabel + index], labels, own, table, label)
                let input = Int(negatives.inputs[example * negatives.count + index]) * dimension
                give(derivatives[first + columns.inputInput + index], inputs, own, inputs, input)
                give(derivatives[first + columns.labelInput + index], labels, own, inputs, input)
            }
        }
        return total
    }
}

extension UnitRows {
    /// The divided rows with their gradients as a loss takes them.
    mutating func withRows<Result>(_ count: Int, _ body: (EmbeddedRows) -> Result) -> Result {
        values.withUnsafeBufferPointer { values in
            gradients.withUnsafeMutableBufferPointer { gradients in
                guard let x = values.baseAddress, let g = gradients.baseAddress else {
                    var nothing: Float = 0
                    return withUnsafeMutablePointer(to: &nothing) {
                        body(EmbeddedRows(values: UnsafePointer($0), gradients: $0, rows: 0))
                    }
                }
                return body(EmbeddedRows(values: x, gradients: g, rows: count))
            }
        }
    }
}
