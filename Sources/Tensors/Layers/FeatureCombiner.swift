/// The features of one attribute as rows: one per token, then the sentence row (Rasa's `RasaFeatureCombiningLayer`).
package struct FeatureCombiner: Sendable {
    private let sequenceLayers: Layers
    private let sentenceLayers: Layers

    package var sequence: SparseDenseConcat { sequenceLayers.concat }
    package var sentence: SparseDenseConcat { sentenceLayers.concat }

    /// A layer from a place that holds `_tf_layers/sparse_dense.sequence` and so on.
    ///
    /// - Throws: ``TensorError``; names the tensor that does not fit.
    package init(_ weights: any WeightSource) throws(TensorError) {
        sequenceLayers = try Layers(weights, "sequence")
        sentenceLayers = try Layers(weights, "sentence")
    }

    /// Computes the wanted rows.
    ///
    /// - Parameters:
    ///   - sequence: Features of the tokens; nil if no featurizer made any.
    ///   - sentence: Features of the sentence, one row; nil likewise.
    ///   - wanted: Which of the rows, counted over both, are written.
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the features are not those of the training, or if there are
    ///   none at all.
    package func apply(
        sequence: FeatureSet?, sentence: FeatureSet?, rows wanted: RowSelection = .all, to output: inout Matrix,
        using workspace: Workspace
    ) throws(TensorError) {
        let parts = try parts(sequence, sentence)
        let width = parts.reduce(0) { max($0, $1.width) }
        let total = parts.reduce(0) { $0 + $1.features.rows }
        let range = try wanted.range(of: total)
        guard !parts.isEmpty, parts.allSatisfy({ $0.width == width }) else {
            throw TensorError(
                .wrongFeatures, "The features of tokens and sentence have the widths \(parts.map(\.width)).")
        }
        output.reshape(rows: range.count, columns: width)
        output.withUnsafeMutableValues { to in
            var start = 0
            for part in parts {
                let here = range.clamped(to: start..<start + part.features.rows)
                if !here.isEmpty {
                    part.rows(
                        here.lowerBound - start..<here.upperBound - start,
                        to: to + (here.lowerBound - range.lowerBound) * width, using: workspace)
                }
                start += part.features.rows
            }
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

    /// The layers of one type of features. An object, as every message takes a look at them.
    private final class Layers: Sendable {
        let concat: SparseDenseConcat
        let unify: FeedForward

        init(_ weights: any WeightSource, _ type: String) throws(TensorError) {
            concat = try SparseDenseConcat(weights.scope("_tf_layers/sparse_dense.\(type)"))
            unify = try FeedForward(weights.scope("_tf_layers/unify_dims_before_seq_sent_concat.\(type)"))
        }
    }

    private struct Part {
        let features: FeatureSet
        let layers: Layers
        let inner: Int
        let width: Int

        func rows(_ range: Range<Int>, to output: UnsafeMutablePointer<Float>, using workspace: Workspace) {
            if layers.unify.layers.isEmpty {
                layers.concat.rows(features, range, to: output, stride: width, using: workspace)
                return
            }
            workspace.frame {
                let scratch = workspace.take(range.count * inner)
                layers.concat.rows(features, range, to: scratch, stride: inner, using: workspace)
                let result = layers.unify.rows(scratch, count: range.count, using: workspace)
                output.update(from: result, count: range.count * width)
            }
        }
    }

    private func parts(_ sequence: FeatureSet?, _ sentence: FeatureSet?) throws(TensorError) -> [Part] {
        var parts: [Part] = []
        for (features, layers) in [(sequence, sequenceLayers), (sentence, sentenceLayers)] {
            guard let features, !features.isEmpty else { continue }
            try layers.concat.check(features)
            let inner = layers.concat.width(for: features)
            if let first = layers.unify.layers.first, first.inputs != inner {
                throw DenseLayer.mismatch(found: inner, wanted: first.inputs)
            }
            parts.append(
                Part(features: features, layers: layers, inner: inner, width: layers.unify.outputs ?? inner))
        }
        return parts
    }
}
