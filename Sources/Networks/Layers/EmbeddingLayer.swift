import CKernels

/// Picked rows to short ones that losses compare (Rasa's `Embed`); what losses see is row-major.
package struct EmbeddingLayer: Sendable {
    package let inputs: Int
    package let outputs: Int
    private let layer: LinearLayer

    /// A layer that keeps its weights under `path/_dense`.
    package init(
        _ path: String, inputs: Int, outputs: Int, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        self.inputs = inputs
        self.outputs = outputs
        layer = try LinearLayer(
            path + "/_dense", inputs: inputs, outputs: outputs, isRegularized: true, in: &builder)
    }

    package struct Trace {
        fileprivate let picked: Panels
        fileprivate let picks: UnsafePointer<UInt32>?
        package var rows: Int { picked.rows }
    }

    /// Embeds rows of `x` to `result`, row-major [rows, outputs].
    ///
    /// - Parameter picks: Which rows, none of them twice; nil for all.
    package func forward(
        _ x: Panels, _ picks: UnsafePointer<UInt32>? = nil, count: Int? = nil, to result: UnsafeMutablePointer<Float>,
        in pass: Pass
    ) -> Trace {
        let picked = picks.map { Self.pick($0, count: count ?? 0, of: x, in: pass) } ?? x
        let embedded = layer.forward(picked, in: pass)
        pass.kernels.panels_to_rows(embedded.values, outputs, nil, picked.rows, result, outputs)
        return Trace(picked: picked, picks: picks)
    }

    /// Adds the gradient of what went in to `dx`; `dy` is row-major. Picked rows only.
    package func backward(_ trace: Trace, _ dy: UnsafePointer<Float>, addingTo dx: Panels, in pass: Pass) {
        pass.scoped {
            let gradient = pass.panels(rows: trace.rows, features: outputs)
            pass.kernels.rows_to_panels(dy, outputs, trace.rows, outputs, nil, gradient.values, 0)
            layer.learn(trace.picked, gradient, in: pass)
            guard let picks = trace.picks else {
                return layer.propagate(gradient, to: dx, accumulate: true, in: pass)
            }
            let dPicked = pass.panels(rows: trace.rows, features: inputs)
            layer.propagate(gradient, to: dPicked, in: pass)
            dPicked.add(to: dx, at: picks, in: pass)
        }
    }

    /// A copy of some rows.
    static func pick(_ picks: UnsafePointer<UInt32>, count: Int, of x: Panels, in pass: Pass) -> Panels {
        let result = pass.panels(rows: count, features: x.features)
        pass.scoped {
            let rows = pass.take(Float.self, count * x.features)
            pass.kernels.panels_to_rows(x.values, x.features, picks, count, rows, x.features)
            pass.kernels.rows_to_panels(rows, x.features, count, x.features, nil, result.values, 0)
        }
        return result
    }
}
