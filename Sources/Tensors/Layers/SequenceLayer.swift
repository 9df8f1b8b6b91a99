import CKernels

/// From the features of a text to one vector per token and one for the sentence (Rasa's `RasaSequenceLayer`): combine,
/// feed-forward, transformer with gelu.
package struct SequenceLayer: Sendable {
    package let combiner: FeatureCombiner
    /// The second part; may have no layers.
    package let feedForward: FeedForward
    /// The third part; nil if `number_of_transformer_layers` is 0.
    package let transformer: Transformer?

    /// A layer from a place such as `sequence_layer.text`.
    ///
    /// - Throws: ``TensorError``; names the tensor that is missing or does not fit.
    package init(_ weights: any WeightSource, configuration: TransformerConfiguration) throws(TensorError) {
        combiner = try FeatureCombiner(weights.scope("_tf_layers/feature_combining"))
        feedForward = try FeedForward(weights.scope("_tf_layers/ffnn"))
        let place = weights.scope("_tf_layers/transformer")
        transformer = try Transformer.exists(in: place) ? Transformer(place, configuration: configuration) : nil
    }

    /// Computes the wanted rows: of all the token rows followed by the sentence row.
    ///
    /// Asking for one row saves most of the last transformer layer, or everything for the other rows if there is no
    /// transformer.
    ///
    /// - Parameters:
    ///   - sequence: Features of the tokens; nil if no featurizer made any.
    ///   - sentence: Features of the sentence, one row; nil likewise.
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the features are not those of the training, or if there are
    ///   none at all.
    package func apply(
        sequence: FeatureSet?, sentence: FeatureSet?, rows wanted: RowSelection = .all, to output: inout Matrix,
        using workspace: Workspace
    ) throws(TensorError) {
        guard let transformer else {
            try combiner.apply(sequence: sequence, sentence: sentence, rows: wanted, to: &output, using: workspace)
            try feedForward.apply(&output, using: workspace)
            return
        }
        try combiner.apply(sequence: sequence, sentence: sentence, to: &output, using: workspace)
        try feedForward.apply(&output, using: workspace)
        guard output.columns == transformer.inputs else {
            throw DenseLayer.mismatch(found: output.columns, wanted: transformer.inputs)
        }
        let count = output.rows
        let range = try wanted.range(of: count)
        workspace.frame {
            let result = workspace.take(range.count * transformer.units)
            output.withUnsafeValues { from in
                transformer.rows(from, count: count, wanted: range, to: result, using: workspace)
            }
            workspace.kernels.gelu(result, range.count * transformer.units)
            output.reshape(rows: range.count, columns: transformer.units)
            output.withUnsafeMutableValues { $0.update(from: result, count: range.count * transformer.units) }
        }
    }

    /// All rows in a matrix of its own, for what is computed once.
    package func apply(
        sequence: FeatureSet?, sentence: FeatureSet?, using workspace: Workspace
    ) throws(TensorError) -> Matrix {
        var output = Matrix()
        try apply(sequence: sequence, sentence: sentence, to: &output, using: workspace)
        return output
    }
}
