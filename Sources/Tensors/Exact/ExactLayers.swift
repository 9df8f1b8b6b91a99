import CKernels

// What the layers compute in the arithmetic of Rasa's TensorFlow, bit for bit; see `exact.h`. It is slower than their
// own, and asked for where one bit decides.

extension DenseLayer {
    /// Panels to panels.
    func exactPanels(
        _ from: UnsafePointer<Float>, _ shape: PanelShape, to: UnsafeMutablePointer<Float>, using workspace: Workspace
    ) {
        switch form {
        case .dense(let kernel):
            workspace.kernels.exact_dense(from, to, kernel.values, bias?.values, inputs, outputs, shape.rows)
        case .packed(let packed):
            workspace.frame {
                // Two places take the room of a number.
                let scratch = workspace.take((Int(packed.kernel.blocks) * outputs + 1) / 2)
                let places = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: UInt16.self)
                withUnsafePointer(to: packed.kernel) {
                    workspace.kernels.exact_packed(from, to, $0, bias?.values, shape.rows, places)
                }
            }
        }
    }

    /// Rows to rows in exact arithmetic.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the rows have another length than `inputs`.
    package func applyExactly(_ input: Matrix, using workspace: Workspace) throws(TensorError) -> Matrix {
        guard input.columns == inputs else { throw Self.mismatch(found: input.columns, wanted: inputs) }
        var output = Matrix()
        output.reshape(rows: input.rows, columns: outputs)
        input.withUnsafeValues { from in
            output.withUnsafeMutableValues { to in
                workspace.frame {
                    let shape = PanelShape(exactRows: input.rows)
                    let (x, y) = (workspace.take(shape.count(inputs)), workspace.take(shape.count(outputs)))
                    workspace.kernels.rows_to_panels(from, input.rows, inputs, inputs, x, shape.width)
                    exactPanels(x, shape, to: y, using: workspace)
                    workspace.kernels.panels_to_rows(y, input.rows, outputs, outputs, to, shape.width)
                }
            }
        }
        return output
    }
}

/// The two ways in which TensorFlow computes `x / √2` within gelu: in a graph it multiplies by the reciprocal.
package enum ExactGelu: Int32, Sendable {
    case inGraph = 0
    case outsideOfGraph = 1
}

/// Applies gelu in exact arithmetic to every number.
package func applyExactly(_ gelu: ExactGelu, to matrix: inout Matrix, using workspace: Workspace) {
    let count = matrix.rows * matrix.columns
    matrix.withUnsafeMutableValues { workspace.kernels.exact_gelu($0, count, gelu.rawValue) }
}

extension FeedForward {
    /// All rows in exact arithmetic.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the rows do not fit the first layer.
    package func applyExactly(
        _ rows: Matrix, _ gelu: ExactGelu, using workspace: Workspace
    ) throws(TensorError) -> Matrix {
        var rows = rows
        for layer in layers {
            rows = try layer.applyExactly(rows, using: workspace)
            Tensors.applyExactly(gelu, to: &rows, using: workspace)
        }
        return rows
    }
}

extension SparseDenseConcat {
    /// One row of features in exact arithmetic.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the features are not those of the training.
    package func exactRow(_ features: FeatureSet) throws(TensorError) -> [Float] {
        try check(features)
        var row: [Float] = []
        if let matrix = features.sparse, let sparse { row = sparse.exactRow(0, of: matrix) }
        if let dense = features.dense { row += dense.row(0) }
        return row
    }
}

extension SparseDenseLayer {
    /// One row in exact arithmetic: weights are added one after the other without fusing, the bias last.
    func exactRow(_ row: Int, of matrix: SparseMatrix) -> [Float] {
        var sums = [Float](repeating: 0, count: outputs)
        for place in Int(matrix.rowStarts[row])..<Int(matrix.rowStarts[row + 1]) {
            let weights = kernel.values + Int(matrix.columnIndices[place]) * outputs
            let value = matrix.values[place]
            for output in 0..<outputs { sums[output] += value * weights[output] }
        }
        if let bias { for output in 0..<outputs { sums[output] += bias.values[output] } }
        return sums
    }
}
