import CKernels

/// From the features of texts to rows that know of each other (Rasa's `RasaSequenceLayer`): combine, feed forward,
/// transformer with gelu. Words are hidden (`use_masked_language_model`) between the two halves, by ``WordGuess``.
package struct TextEncoder: Sendable {
    /// The width of the rows that come out.
    package let width: Int
    /// The width of the rows before the transformer.
    package let inputWidth: Int
    package let combination: FeatureCombination
    package let feedForward: FeedForwardLayers
    package let transformer: TransformerEncoder?
    /// Whether equal texts can come out as different rows.
    package let isRandom: Bool

    /// An encoder that keeps its weights under `path/_tf_layers`, for texts like those of a table.
    package init(
        _ path: String, _ features: FeatureTable, options: EncoderOptions, in builder: inout NetworkBuilder
    ) throws(NetworkTrainingError) {
        combination = try FeatureCombination(
            path + "/_tf_layers/feature_combining", features, options: options, in: &builder)
        feedForward = try FeedForwardLayers(
            path + "/_tf_layers/ffnn", inputs: combination.width, sizes: options.hidden, density: options.density,
            dropout: options.dropout.rate, in: &builder)
        inputWidth = feedForward.outputs ?? combination.width
        transformer =
            options.transformer.layers == 0
            ? nil
            : try TransformerEncoder(
                path + "/_tf_layers/transformer", inputs: inputWidth, options: options.transformer,
                density: options.density, dropout: options.dropout.rate, attentionDropout: options.dropout.attention,
                in: &builder)
        width = transformer?.units ?? inputWidth
        let drops = transformer != nil && (options.dropout.rate > 0 || options.dropout.attention > 0)
        isRandom = drops || combination.isRandom || feedForward.isRandom
    }

    /// The rows before the transformer.
    package struct Prepared {
        package var rows: Panels { feedForward.output }
        fileprivate let combination: FeatureCombination.Trace
        fileprivate let feedForward: FeedForwardLayers.Trace
    }

    package func prepare(_ chunk: TextChunk, in pass: Pass) -> Prepared {
        let combined = combination.forward(chunk, in: pass)
        return Prepared(combination: combined, feedForward: feedForward.forward(combined.output, in: pass))
    }

    package struct Trace {
        /// All rows, or the last one of each text.
        package let output: Panels
        package let prepared: Prepared
        fileprivate let transformer: TransformerEncoder.Trace?
    }

    /// - Parameters:
    ///   - seen: What the transformer sees in place of the prepared rows.
    ///   - wanted: All rows, or the last one of each text.
    package func forward(
        _ prepared: Prepared, seeing seen: Panels? = nil, _ layout: RowLayout, wanted: WantedRows = .all, in pass: Pass
    ) -> Trace {
        let rows = seen ?? prepared.rows
        guard let transformer else {
            let picks = rows.rows > layout.sequences ? layout.rows(wanted) : nil
            let output = picks.map { EmbeddingLayer.pick($0, count: layout.sequences, of: rows, in: pass) } ?? rows
            return Trace(output: output, prepared: prepared, transformer: nil)
        }
        let transformed = transformer.forward(rows, layout, wanted: wanted, in: pass)
        let output = pass.panels(rows: transformed.output.rows, features: width)
        pass.kernels.gelu_forward(transformed.output.values, output.values, output.numbers, nil)
        return Trace(output: output, prepared: prepared, transformer: transformed)
    }

    /// - Parameters:
    ///   - dy: The gradient of what came out; it is overwritten.
    ///   - change: Turns the gradient of what the transformer saw into that of the prepared rows.
    package func backward(
        _ trace: Trace, _ dy: Panels, _ layout: RowLayout, changing change: ((Panels) -> Void)? = nil, in pass: Pass
    ) {
        var dx = dy
        if let transformer, let transformed = trace.transformer {
            pass.kernels.gelu_backward(transformed.output.values, dy.values, dy.values, dy.numbers, nil)
            dx = transformer.backward(transformed, dy, layout, in: pass)
        } else if dy.rows < trace.prepared.rows.rows {
            dx = pass.zeroPanels(rows: trace.prepared.rows.rows, features: width)
            dy.add(to: dx, at: layout.lastRows, in: pass)
        }
        change?(dx)
        dx = feedForward.backward(trace.prepared.feedForward, dx, in: pass)
        combination.backward(trace.prepared.combination, dx, in: pass)
    }
}
