import CKernels

/// Normalisation of each row to mean 0 and variance 1, then `gamma` and `beta` per feature; ε is 1e-6.
struct LayerNorm: Sendable {
    let gamma: WeightVector
    let beta: WeightVector

    init(_ weights: any WeightSource, units: Int) throws(TensorError) {
        gamma = try weights.requiredVector("gamma", count: units)
        beta = try weights.requiredVector("beta", count: units)
    }

    func panels(
        _ from: UnsafePointer<Float>, _ shape: PanelShape, to: UnsafeMutablePointer<Float>, using workspace: Workspace
    ) {
        workspace.kernels.layer_norm(
            from, to, gamma.count, shape.width, shape.panels, gamma.values, beta.values)
    }

    func row(_ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, using workspace: Workspace) {
        workspace.kernels.layer_norm_row(from, to, gamma.count, gamma.values, beta.values)
    }
}
