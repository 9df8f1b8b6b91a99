import CKernels

/// Layers one after another, each followed by gelu (Rasa's `Ffnn`). There may be none; then rows pass unchanged.
package struct FeedForward: Sendable {
    package let layers: [DenseLayer]

    /// The layers `_ffn_layers/0`, `_ffn_layers/2`, … of a place; odd numbers are dropout.
    ///
    /// - Throws: ``TensorError``; names the tensor that does not fit.
    package init(_ weights: any WeightSource) throws(TensorError) {
        var layers: [DenseLayer] = []
        while true {
            let place = weights.scope("_ffn_layers/\(2 * layers.count)")
            guard try place.optional("kernel") != nil else { break }
            layers.append(try DenseLayer(place, inputs: layers.last?.outputs, outputs: nil))
        }
        self.layers = layers
    }

    /// The length of the rows that come out; nil if there is no layer.
    package var outputs: Int? { layers.last?.outputs }

    /// Computes all rows in place.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the rows do not fit the first layer.
    package func apply(_ rows: inout Matrix, using workspace: Workspace) throws(TensorError) {
        guard let last = layers.last else { return }
        if let first = layers.first, rows.columns != first.inputs {
            throw DenseLayer.mismatch(found: rows.columns, wanted: first.inputs)
        }
        let count = rows.rows
        workspace.frame {
            let result = rows.withUnsafeValues { from in
                self.rows(from, count: count, using: workspace)
            }
            rows.reshape(rows: count, columns: last.outputs)
            rows.withUnsafeMutableValues { $0.update(from: result, count: count * last.outputs) }
        }
    }

    /// Rows to rows in the workspace's memory, which the caller's frame frees.
    func rows(_ from: UnsafePointer<Float>, count: Int, using workspace: Workspace) -> UnsafePointer<Float> {
        var current = from
        for layer in layers {
            let next = workspace.take(count * layer.outputs)
            layer.rows(current, count: count, to: next, using: workspace)
            workspace.kernels.gelu(next, count * layer.outputs)
            current = UnsafePointer(next)
        }
        return current
    }
}
