import CKernels

/// y = x · kernel + bias on panels; the kernel whole or masked (Rasa's `RandomlyConnectedDense`, Keras' `Dense`).
package struct LinearLayer: Sendable {
    package let inputs: Int
    package let outputs: Int
    let kernel: DenseKernel
    let bias: Parameter?

    /// A layer under `path`, as `path/kernel`, `path/kernel_mask` and `path/bias`.
    package init(
        _ path: String, inputs: Int, outputs: Int, density: Double = 1, hasBias: Bool = true, isRegularized: Bool,
        in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        self.inputs = inputs
        self.outputs = outputs
        kernel = try builder.kernel(
            path + "/kernel", inputs: inputs, outputs: outputs, density: density, isRegularized: isRegularized)
        bias = hasBias ? try builder.parameter(path + "/bias", [outputs], .zeros) : nil
    }

    package func forward(_ x: Panels, in pass: Pass) -> Panels {
        let y = pass.panels(rows: x.rows, features: outputs)
        let bias = bias.map(pass.value)
        switch kernel {
        case .masked(let weights, let pattern):
            pass.kernels.masked_forward(pattern.kernel, pass.value(weights), bias, x.values, y.values, x.count)
        case .whole(let weights):
            pass.kernels.dense_forward(pass.value(weights), inputs, outputs, bias, x.values, y.values, x.count)
        }
        return y
    }

    /// Adds to the gradients of kernel and bias. `x` is what went in, `dy` the gradient of what came out.
    package func learn(_ x: Panels, _ dy: Panels, in pass: Pass) {
        switch kernel {
        case .masked(let weights, let pattern):
            pass.kernels.masked_weight_gradient(
                pattern.kernel, x.values, dy.values, pass.gradient(weights), x.count)
        case .whole(let weights):
            pass.kernels.dense_weight_gradient(
                inputs, outputs, x.values, dy.values, pass.gradient(weights), x.count)
        }
        if let bias { pass.kernels.bias_gradient(dy.values, outputs, dy.count, pass.gradient(bias)) }
    }

    /// The gradient of what went in, written to `dx` or added to it.
    package func propagate(_ dy: Panels, to dx: Panels, accumulate: Bool = false, in pass: Pass) {
        let accumulate: Int32 = accumulate ? 1 : 0
        switch kernel {
        case .masked(let weights, let pattern):
            pass.kernels.masked_input_gradient(
                pattern.kernel, pass.weights.rowOrdered + weights.offset, dy.values, dx.values, dy.count, accumulate)
        case .whole(let weights):
            pass.kernels.dense_input_gradient(
                pass.value(weights), inputs, outputs, dy.values, dx.values, dy.count, accumulate)
        }
    }

    /// Both: learns, and returns the gradient of what went in.
    package func backward(_ x: Panels, _ dy: Panels, in pass: Pass) -> Panels {
        learn(x, dy, in: pass)
        let dx = pass.panels(rows: x.rows, features: inputs)
        propagate(dy, to: dx, in: pass)
        return dx
    }
}
