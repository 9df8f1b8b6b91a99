import CKernels

/// Keras' `LayerNormalization` over the features of a row, ε = 1e-6.
package struct NormLayer: Sendable {
    package let features: Int
    private let gamma: Parameter
    private let beta: Parameter

    package init(_ path: String, features: Int, in builder: inout NetworkBuilder) throws(NetworkTrainingError) {
        self.features = features
        gamma = try builder.parameter(path + "/gamma", [features], .ones)
        beta = try builder.parameter(path + "/beta", [features], .zeros)
    }

    package struct Trace {
        package let output: Panels
        fileprivate let input: Panels
        fileprivate let mean: UnsafeMutablePointer<Float>
        fileprivate let deviation: UnsafeMutablePointer<Float>
    }

    package func forward(_ x: Panels, in pass: Pass) -> Trace {
        let lanes = x.count * Panels.lanes
        let trace = Trace(
            output: pass.panels(rows: x.rows, features: features), input: x, mean: pass.take(Float.self, lanes),
            deviation: pass.take(Float.self, lanes))
        pass.kernels.norm_forward(
            x.values, trace.output.values, trace.mean, trace.deviation, features, x.count, pass.value(gamma),
            pass.value(beta))
        return trace
    }

    /// Writes the gradient of what went in to `dx`, or adds it there.
    package func backward(_ trace: Trace, _ dy: Panels, to dx: Panels, accumulate: Bool, in pass: Pass) {
        pass.kernels.norm_backward(
            trace.input.values, trace.mean, trace.deviation, pass.value(gamma), dy.values, dx.values,
            pass.gradient(gamma), pass.gradient(beta), features, dy.count, accumulate ? 1 : 0)
    }
}
