import CKernels

/// Layers one after another, each followed by gelu and dropout (Rasa's `Ffnn`). There may be none.
package struct FeedForwardLayers: Sendable {
    package let layers: [LinearLayer]
    private let dropout: Float

    /// The layers `path/_ffn_layers/0`, `…/2` and so on; odd numbers are dropout.
    package init(
        _ path: String, inputs: Int, sizes: [Int], density: Double, dropout: Float, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        var layers: [LinearLayer] = []
        var width = inputs
        for size in sizes {
            layers.append(
                try LinearLayer(
                    "\(path)/_ffn_layers/\(2 * layers.count)", inputs: width, outputs: size, density: density,
                    isRegularized: true, in: &builder))
            width = size
        }
        self.layers = layers
        self.dropout = dropout
    }

    /// The width of the rows that come out; nil if there is no layer.
    package var outputs: Int? { layers.last?.outputs }
    /// Whether equal rows that go in can come out different.
    package var isRandom: Bool { !layers.isEmpty && dropout > 0 }

    /// What a forward pass leaves for the backward pass: of each layer what went in and what came out before gelu.
    package struct Trace {
        package fileprivate(set) var output: Panels
        fileprivate var steps: [(x: Panels, z: Panels, dropout: Dropout?)] = []
    }

    package func forward(_ x: Panels, in pass: Pass) -> Trace {
        var trace = Trace(output: x)
        for layer in layers {
            let z = layer.forward(trace.output, in: pass)
            let y = pass.panels(rows: z.rows, features: z.features)
            let dropout = pass.nextDropout(self.dropout)
            withDropout(dropout) { pass.kernels.gelu_forward(z.values, y.values, z.numbers, $0) }
            trace.steps.append((trace.output, z, dropout))
            trace.output = y
        }
        return trace
    }

    /// The gradient of what went in; `dy` may be overwritten.
    ///
    /// - Parameter propagates: Whether the gradient of what went in is needed; if not, the result has no meaning where
    ///   there are layers.
    package func backward(_ trace: Trace, _ dy: Panels, propagates: Bool = true, in pass: Pass) -> Panels {
        var dy = dy
        for (index, layer) in layers.enumerated().reversed() {
            let (x, z, dropout) = trace.steps[index]
            withDropout(dropout) { pass.kernels.gelu_backward(z.values, dy.values, dy.values, z.numbers, $0) }
            if index > 0 || propagates { dy = layer.backward(x, dy, in: pass) } else { layer.learn(x, dy, in: pass) }
        }
        return dy
    }
}
