import CKernels

/// Sparse rows times a kernel, plus a bias: linear, without activation (Rasa's `sparse_to_dense`).
package struct SparseDenseLayer: Sendable {
    package let inputs: Int
    /// The length of the rows that come out.
    package let outputs: Int
    let kernel: WeightVector
    let bias: WeightVector?

    /// A layer from `kernel` ([inputs, outputs]) and `bias` ([outputs], optional) of a place.
    ///
    /// - Throws: ``TensorError``; names the tensor that is missing or does not fit.
    package init(_ weights: any WeightSource) throws(TensorError) {
        let kernel = try weights.matrix("kernel")
        inputs = kernel.shape[0]
        outputs = kernel.shape[1]
        self.kernel = try WeightVector(kernel, name: weights.name("kernel"))
        bias = try weights.vector("bias", count: outputs)
    }

    /// Computes all rows.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the matrix has another width than `inputs`.
    package func apply(
        _ input: SparseMatrix, to output: inout Matrix, using workspace: Workspace
    ) throws(TensorError) {
        guard input.columns == inputs else { throw DenseLayer.mismatch(found: input.columns, wanted: inputs) }
        output.reshape(rows: input.rows, columns: outputs)
        output.withUnsafeMutableValues { to in
            rows(input, 0..<input.rows, to: to, stride: outputs, using: workspace)
        }
    }

    /// All rows in a matrix of its own, for what is computed once.
    package func apply(_ input: SparseMatrix, using workspace: Workspace) throws(TensorError) -> Matrix {
        var output = Matrix()
        try apply(input, to: &output, using: workspace)
        return output
    }

    /// Some rows, written `stride` numbers apart. The matrix has the right width.
    func rows(
        _ input: SparseMatrix, _ rows: Range<Int>, to output: UnsafeMutablePointer<Float>, stride: Int,
        using workspace: Workspace
    ) {
        input.columnIndices.withUnsafeBufferPointer { columns in
            input.values.withUnsafeBufferPointer { values in
                for (place, row) in rows.enumerated() {
                    let range = Int(input.rowStarts[row])..<Int(input.rowStarts[row + 1])
                    workspace.kernels.sparse_product(
                        columns.baseAddress.map { $0 + range.lowerBound },
                        values.baseAddress.map { $0 + range.lowerBound }, range.count, kernel.values, outputs,
                        bias?.values, output + place * stride)
                }
            }
        }
    }
}
