import CKernels

/// Rows that look at all rows of their sequence (Rasa's `MultiHeadAttention`).
package struct AttentionLayer: Sendable {
    let units: Int
    let options: TransformerOptions
    /// Of the looks from row to row.
    let dropout: Float
    let query: LinearLayer
    let key: LinearLayer
    let value: LinearLayer
    let output: LinearLayer
    let relativeKeys: Parameter?
    let relativeValues: Parameter?

    package init(
        _ path: String, options: TransformerOptions, density: Double, dropout: Float, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        let units = options.units
        func layer(
            _ name: String, hasBias: Bool, _ builder: inout NetworkBuilder
        ) throws(NetworkTrainingError) -> LinearLayer {
            try LinearLayer(
                "\(path)/_\(name)_dense_layer", inputs: units, outputs: units, density: density, hasBias: hasBias,
                isRegularized: false, in: &builder)
        }
        self.units = units
        self.options = options
        self.dropout = dropout
        query = try layer("query", hasBias: false, &builder)
        key = try layer("key", hasBias: false, &builder)
        value = try layer("value", hasBias: false, &builder)
        output = try layer("output", hasBias: true, &builder)
        let reach = options.reach ?? 0
        let shape = [
            options.heads, options.isUnidirectional ? reach + 1 : 2 * reach + 1, units / max(1, options.heads),
        ]
        relativeKeys =
            options.usesRelativeKeys
            ? try builder.parameter(path + "/key_relative_embeddings", shape, .glorot) : nil
        relativeValues =
            options.usesRelativeValues
            ? try builder.parameter(path + "/value_relative_embeddings", shape, .glorot) : nil
    }

    package struct Trace {
        package let output: Panels
        fileprivate let input: Panels
        fileprivate let q: Panels
        fileprivate let k: Panels
        fileprivate let v: Panels
        fileprivate let attended: Panels
        fileprivate let weights: UnsafeMutablePointer<Float>
        fileprivate let dropout: Dropout?
    }

    package func forward(_ x: Panels, _ layout: RowLayout, in pass: Pass) -> Trace {
        let (q, k, v) = (query.forward(x, in: pass), key.forward(x, in: pass), value.forward(x, in: pass))
        let attended = pass.panels(rows: x.rows, features: units)
        let weights = pass.take(Float.self, options.heads * layout.pairs)
        let dropout = pass.nextDropout(self.dropout)
        pass.scoped {
            withProblem(q, k, v, weights, dropout, layout, pass) { problem in
                pass.kernels.attention_forward(&problem, attended.values)
            }
        }
        return Trace(
            output: output.forward(attended, in: pass), input: x, q: q, k: k, v: v, attended: attended,
            weights: weights, dropout: dropout)
    }

    /// Writes the gradient of what went in to `dx`.
    package func backward(_ trace: Trace, _ dy: Panels, to dx: Panels, _ layout: RowLayout, in pass: Pass) {
        pass.scoped {
            let x = trace.input
            let dAttended = output.backward(trace.attended, dy, in: pass)
            let dq = pass.panels(rows: x.rows, features: units)
            let dk = pass.panels(rows: x.rows, features: units)
            let dv = pass.panels(rows: x.rows, features: units)
            withProblem(trace.q, trace.k, trace.v, trace.weights, trace.dropout, layout, pass) { problem in
                var gradients = parley_attention_gradients(
                    q: dq.values, k: dk.values, v: dv.values, relative_keys: relativeKeys.map(pass.gradient),
                    relative_values: relativeValues.map(pass.gradient))
                pass.kernels.attention_backward(&problem, dAttended.values, &gradients)
            }
            query.learn(x, dq, in: pass)
            key.learn(x, dk, in: pass)
            value.learn(x, dv, in: pass)
            query.propagate(dq, to: dx, in: pass)
            key.propagate(dk, to: dx, accumulate: true, in: pass)
            value.propagate(dv, to: dx, accumulate: true, in: pass)
        }
    }

    private func withProblem(
        _ q: Panels, _ k: Panels, _ v: Panels, _ weights: UnsafeMutablePointer<Float>, _ dropout: Dropout?,
        _ layout: RowLayout, _ pass: Pass, _ body: (inout parley_training_attention) -> Void
    ) {
        let scratch = pass.take(Float.self, parley_attention_scratch(units, options.heads, layout.longest))
        withDropout(dropout) { dropout in
            var problem = parley_training_attention(
                units: units, heads: options.heads, starts: layout.starts, sequences: layout.sequences, q: q.values,
                k: k.values, v: v.values, relative_keys: relativeKeys.map(pass.value),
                relative_values: relativeValues.map(pass.value), relative_keys_reach: options.reach ?? 0,
                relative_values_reach: options.reach ?? 0, unidirectional: options.isUnidirectional ? 1 : 0,
                dropout: dropout, weights: weights, scratch: scratch)
            body(&problem)
        }
    }
}
