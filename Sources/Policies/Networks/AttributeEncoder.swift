import ModelArchive
package import Tensors

/// One attribute of a turn, or one kind of label, to a dense row: names and slots by one layer, texts by a transformer
/// of their own; what meets in the dialogue then goes through a layer that makes all rows of the same length.
struct AttributeEncoder: Sendable {
    private enum Kind: Sendable {
        case row(SparseDenseConcat)
        case text(SequenceLayer)
    }

    private let kind: Kind
    private let layers: FeedForward
    let width: Int

    /// - Parameter texts: The configuration of the transformers of texts.
    init(_ weights: any WeightSource, _ attribute: String, texts: TransformerConfiguration) throws {
        layers = try FeedForward(weights.scope("encoding_layer.\(attribute)"))
        if ["text", "action_text", "label_action_text"].contains(attribute) {
            let layer = try SequenceLayer(weights.scope("sequence_layer.\(attribute)"), configuration: texts)
            kind = .text(layer)
            width = layers.outputs ?? layer.transformer?.units ?? 0
        } else {
            let concat = try SparseDenseConcat(weights.scope("sparse_dense_concat_layer.\(attribute)"))
            kind = .row(concat)
            width = layers.outputs ?? concat.sparse?.outputs ?? 0
        }
    }

    /// The rows of a text's words and of the whole, before they go on; nil for what is no text.
    func textRows(_ features: AttributeFeatures, using workspace: Workspace) throws -> Matrix? {
        guard case .text(let layer) = kind else { return nil }
        return try layer.apply(
            sequence: Self.fit(features.sequence, layer.combiner.sequence),
            sentence: Self.fit(features.sentence, layer.combiner.sentence), using: workspace)
    }

    /// Features as wide as in the training: some featurizers look at texts of the assistant only then, and in Rasa too
    /// the columns of the others move to the left.
    private static func fit(_ features: FeatureSet?, _ layer: SparseDenseConcat) -> FeatureSet? {
        guard var features, let narrow = features.sparse, let width = layer.sparse?.inputs, narrow.columns < width
        else { return features }
        features.sparse = try? SparseMatrix(
            columns: width, rowStarts: narrow.rowStarts, columnIndices: narrow.columnIndices, values: narrow.values)
        return features
    }

    /// Rows in the arithmetic of Rasa's TensorFlow, one for each; nil for texts, where it is not known.
    func exactRows(
        _ features: [AttributeFeatures], _ gelu: ExactGelu, using workspace: Workspace
    ) throws -> Matrix? {
        guard case .row(let concat) = kind else { return nil }
        var rows: [Float] = []
        for features in features {
            guard let sentence = features.sentence else { return nil }
            rows += try concat.exactRow(sentence)
        }
        let columns = features.isEmpty ? 0 : rows.count / features.count
        let matrix = Matrix(rows: features.count, columns: columns, values: rows)
        return try layers.applyExactly(matrix, gelu, using: workspace)
    }

    func row(_ features: AttributeFeatures, using workspace: Workspace) throws -> Matrix {
        var row = Matrix()
        switch kind {
        case .row(let concat):
            guard let sentence = features.sentence else { return Matrix(rows: 1, columns: width) }
            try concat.apply(sentence, to: &row, using: workspace)
        case .text(let layer):
            try layer.apply(
                sequence: Self.fit(features.sequence, layer.combiner.sequence),
                sentence: Self.fit(features.sentence, layer.combiner.sentence), rows: .last, to: &row,
                using: workspace)
        }
        try layers.apply(&row, using: workspace)
        return row
    }
}

/// The features of one attribute of a turn or of a label.
package struct AttributeFeatures {
    /// One row per word; nil where there are none.
    package var sequence: FeatureSet?
    /// One row; nil likewise.
    package var sentence: FeatureSet?
}
