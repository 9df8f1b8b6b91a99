import CKernels

/// A transformer encoder as Rasa's `TransformerEncoder`: projection, positions, layers, a last normalisation.
///
/// The gelu that Rasa applies to its result belongs to the caller (``SequenceLayer`` does it).
package struct Transformer: Sendable {
    /// The length of the rows that go in.
    package var inputs: Int { embedding.inputs }
    /// The length of the rows that come out.
    package let units: Int
    let embedding: DenseLayer
    let layers: [TransformerLayer]
    let norm: LayerNorm

    /// A transformer from a place that holds `_embedding`, `_enc_layers/{n}` and `_layer_norm`.
    ///
    /// - Throws: ``TensorError``; names the tensor that is missing or does not fit.
    package init(_ weights: any WeightSource, configuration: TransformerConfiguration) throws(TensorError) {
        embedding = try DenseLayer(weights.scope("_embedding"))
        units = embedding.outputs
        var layers: [TransformerLayer] = []
        while true {
            let place = weights.scope("_enc_layers/\(layers.count)")
            guard try place.optional("_layer_norm/gamma") != nil else { break }
            layers.append(try TransformerLayer(place, units: units, configuration: configuration))
        }
        self.layers = layers
        norm = try LayerNorm(weights.scope("_layer_norm"), units: units)
    }

    package static func exists(in weights: any WeightSource) throws(TensorError) -> Bool {
        try weights.optional("_embedding/kernel") != nil
    }

    /// Computes the wanted rows.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if rows have another length than `inputs`, or the wanted row
    ///   does not exist.
    package func apply(
        _ input: Matrix, rows wanted: RowSelection = .all, to output: inout Matrix, using workspace: Workspace
    ) throws(TensorError) {
        guard input.columns == inputs else { throw DenseLayer.mismatch(found: input.columns, wanted: inputs) }
        let range = try wanted.range(of: input.rows)
        output.reshape(rows: range.count, columns: units)
        guard !range.isEmpty else { return }
        input.withUnsafeValues { from in
            output.withUnsafeMutableValues { to in
                rows(from, count: input.rows, wanted: range, to: to, using: workspace)
            }
        }
    }

    /// `count` rows in; the wanted rows out, all of them or one.
    func rows(
        _ from: UnsafePointer<Float>, count: Int, wanted: Range<Int>, to: UnsafeMutablePointer<Float>,
        using workspace: Workspace
    ) {
        workspace.frame {
            let shape = PanelShape(rows: count, level: workspace.level)
            let x = workspace.take(shape.count(units))
            workspace.frame {
                let input = workspace.take(shape.count(inputs))
                workspace.kernels.rows_to_panels(from, count, inputs, inputs, input, shape.width)
                embedding.panels(input, shape, to: x, accumulate: false, using: workspace)
            }
            workspace.kernels.scale_and_place(
                x, Float(units).squareRoot(), workspace.positions(rows: count, units: units), count, units,
                shape.width)
            let one = wanted.count == 1 && count > 1
            for layer in one ? layers.dropLast() : layers[...] { layer.panels(x, shape, using: workspace) }
            if one {
                let row = workspace.take(units)
                if let last = layers.last {
                    last.row(wanted.lowerBound, of: x, shape, to: row, using: workspace)
                } else {
                    shape.copyRow(wanted.lowerBound, features: units, from: x, to: row)
                }
                norm.row(row, to: to, using: workspace)
            } else {
                norm.panels(x, shape, to: x, using: workspace)
                workspace.kernels.panels_to_rows(x, count, units, units, to, shape.width)
            }
        }
    }
}
