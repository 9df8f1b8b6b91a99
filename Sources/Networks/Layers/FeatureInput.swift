import CKernels

/// Features of one type to rows of numbers: the sparse ones through their kernel, the dense ones to the right of them
/// (Rasa's `ConcatenateSparseDenseFeatures`).
package struct FeatureInput: Sendable {
    /// The width of the rows that come out.
    package let width: Int
    private let sparse: (kernel: SparseKernel, bias: Parameter)?
    private let denseWidth: Int
    private let dropout: DropoutOptions
    private var sparseWidth: Int { sparse?.kernel.outputs ?? 0 }

    /// A layer that keeps its weights under `path/_tf_layers/sparse_to_dense`.
    package init(
        _ path: String, _ features: FeatureRows, denseDimension: Int, dropout: DropoutOptions,
        in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        if let inputs = features.sparseWidth {
            let place = path + "/_tf_layers/sparse_to_dense"
            let kernel = try builder.sparseKernel(place + "/kernel", inputs: inputs, outputs: denseDimension)
            sparse = (kernel, try builder.parameter(place + "/bias", [denseDimension], .zeros))
        } else {
            sparse = nil
        }
        denseWidth = features.denseWidth
        self.dropout = dropout
        width = (features.sparseWidth == nil ? 0 : denseDimension) + features.denseWidth
    }

    /// Whether equal features that go in can come out as different rows.
    package var isRandom: Bool {
        sparse != nil && dropout.rate > 0 && (dropout.dropsSparseInput || dropout.dropsDenseInput)
    }

    package struct Trace {
        /// Row-major, [rows, width].
        package let output: UnsafeMutablePointer<Float>
        package let rows: Int
        fileprivate let firstRow: Int
        fileprivate let dropout: Dropout?
    }

    /// Makes room for the rows of a batch, of which chunks then compute theirs.
    package func begin(rows: Int) { sparse?.kernel.begin(rows: rows) }

    /// Computes some rows of a table.
    ///
    /// - Parameter firstRow: The number of the first of them among all rows of the batch.
    package func forward(
        _ features: FeatureRows, _ picks: UnsafeBufferPointer<UInt32>, firstRow: Int, in pass: Pass
    ) -> Trace {
        let output = pass.take(Float.self, picks.count * width)
        var drop: Dropout?
        if let sparse {
            let entries = entries(features, picks, in: pass)
            sparse.kernel.receive(
                SparseKernel.Input(
                    firstRow: firstRow, rows: picks.count, starts: entries.starts, columns: entries.columns,
                    values: entries.values), slot: pass.slot)
            var rows = entries
            let (outputs, stride) = (sparse.kernel.outputs, width)
            let isAlone = denseWidth == 0
            let dense = isAlone ? output : pass.take(Float.self, picks.count * outputs)
            pass.kernels.sparse_forward(
                &rows, nil, sparse.kernel.values, outputs, pass.value(sparse.bias), dense, outputs)
            drop = dropout.dropsDenseInput ? pass.nextDropout(dropout.rate) : nil
            if drop != nil {
                withDropout(drop) { pass.kernels.dropout(dense, dense, picks.count * outputs, $0, 0) }
            }
            if !isAlone {
                for row in picks.indices {
                    (output + row * stride).update(from: dense + row * outputs, count: outputs)
                }
            }
        }
        if denseWidth > 0 {
            features.dense.withUnsafeBufferPointer { dense in
                guard let base = dense.baseAddress else { return }
                for (row, pick) in picks.enumerated() {
                    (output + row * width + sparseWidth).update(from: base + Int(pick) * denseWidth, count: denseWidth)
                }
            }
        }
        return Trace(output: output, rows: picks.count, firstRow: firstRow, dropout: drop)
    }

    /// A copy of the picked rows' entries without those that are dropped.
    private func entries(
        _ features: FeatureRows, _ picks: UnsafeBufferPointer<UInt32>, in pass: Pass
    ) -> parley_sparse_rows {
        var most = 0
        for pick in picks { most += features.starts[Int(pick) + 1] - features.starts[Int(pick)] }
        let starts = pass.take(UInt32.self, picks.count + 1)
        let columns = pass.take(UInt32.self, most)
        let values = pass.take(Float.self, most)
        let keeps = keeps(most, in: pass)
        var (kept, seen) = (0, 0)
        starts[0] = 0
        features.columns.withUnsafeBufferPointer { allColumns in
            features.values.withUnsafeBufferPointer { allValues in
                for (row, pick) in picks.enumerated() {
                    for entry in features.starts[Int(pick)]..<features.starts[Int(pick) + 1] {
                        defer { seen += 1 }
                        if let keeps, keeps[seen] == 0 { continue }
                        columns[kept] = allColumns[entry]
                        values[kept] = allValues[entry]
                        kept += 1
                    }
                    starts[row + 1] = UInt32(kept)
                }
            }
        }
        return parley_sparse_rows(
            starts: starts, columns: columns, values: values, picks: nil, count: picks.count)
    }

    /// For each entry zero where it is dropped; nil where none is.
    private func keeps(_ entries: Int, in pass: Pass) -> UnsafePointer<Float>? {
        guard dropout.dropsSparseInput, let drop = pass.nextDropout(dropout.rate) else { return nil }
        return pass.keeps(entries, drop)
    }

    /// Leaves the gradient of the rows that came out with the kernel, and adds to the bias'.
    package func backward(_ trace: Trace, _ dy: UnsafePointer<Float>, in pass: Pass) {
        guard let sparse, trace.rows > 0 else { return }
        let outputs = sparse.kernel.outputs
        let gradient = sparse.kernel.outputGradient + trace.firstRow * outputs
        for row in 0..<trace.rows {
            (gradient + row * outputs).update(from: dy + row * width, count: outputs)
        }
        if trace.dropout != nil {
            withDropout(trace.dropout) { pass.kernels.dropout(gradient, gradient, trace.rows * outputs, $0, 0) }
        }
        let bias = pass.gradient(sparse.bias)
        for row in 0..<trace.rows {
            let dRow = gradient + row * outputs
            for feature in 0..<outputs { bias[feature] += dRow[feature] }
        }
    }
}
