import CKernels

/// One layer of a transformer, normalising before attention and before its feed-forward part.
struct TransformerLayer: Sendable {
    let attention: Attention
    let attentionNorm: LayerNorm
    let norm: LayerNorm
    let widen: DenseLayer
    let narrow: DenseLayer

    init(_ weights: any WeightSource, units: Int, configuration: TransformerConfiguration) throws(TensorError) {
        attentionNorm = try LayerNorm(weights.scope("_layer_norm"), units: units)
        attention = try Attention(weights.scope("_mha"), units: units, configuration: configuration)
        norm = try LayerNorm(weights.scope("_ffn_layers/0"), units: units)
        widen = try DenseLayer(weights.scope("_ffn_layers/1"), inputs: units, outputs: nil)
        narrow = try DenseLayer(weights.scope("_ffn_layers/3"), inputs: widen.outputs, outputs: units)
    }

    /// All rows, in place.
    func panels(_ x: UnsafeMutablePointer<Float>, _ shape: PanelShape, using workspace: Workspace) {
        workspace.frame {
            let y = workspace.take(shape.count(attention.units))
            let inner = workspace.take(shape.count(widen.outputs))
            attentionNorm.panels(x, shape, to: y, using: workspace)
            attention.panels(y, shape, addingTo: x, using: workspace)
            norm.panels(x, shape, to: y, using: workspace)
            widen.panels(y, shape, to: inner, accumulate: false, using: workspace)
            workspace.kernels.gelu(inner, shape.count(widen.outputs))
            narrow.panels(inner, shape, to: x, accumulate: true, using: workspace)
        }
    }

    /// One row of the result; `x` holds all rows and stays as it is.
    func row(
        _ row: Int, of x: UnsafePointer<Float>, _ shape: PanelShape, to result: UnsafeMutablePointer<Float>,
        using workspace: Workspace
    ) {
        workspace.frame {
            let all = workspace.take(shape.count(attention.units))
            let y = workspace.take(attention.units)
            let inner = workspace.take(widen.outputs)
            attentionNorm.panels(x, shape, to: all, using: workspace)
            shape.copyRow(row, features: attention.units, from: x, to: result)
            attention.row(row, of: all, shape, addingTo: result, using: workspace)
            norm.row(result, to: y, using: workspace)
            widen.row(y, to: inner, accumulate: false, using: workspace)
            workspace.kernels.gelu(inner, widen.outputs)
            narrow.row(inner, to: result, accumulate: true, using: workspace)
        }
    }
}
