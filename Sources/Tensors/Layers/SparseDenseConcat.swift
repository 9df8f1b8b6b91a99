/// Features of one type to dense rows: the sparse part through its layer, the dense part to the right of it (Rasa's
/// `ConcatenateSparseDenseFeatures`).
package struct SparseDenseConcat: Sendable {
    /// The layer of the sparse part; nil if there was none in training.
    package let sparse: SparseDenseLayer?

    /// A layer from `_tf_layers/sparse_to_dense` of a place, if it is there.
    ///
    /// - Throws: ``TensorError``; names the tensor that does not fit.
    package init(_ weights: any WeightSource) throws(TensorError) {
        let place = weights.scope("_tf_layers/sparse_to_dense")
        sparse = try place.optional("kernel") == nil ? nil : SparseDenseLayer(place)
    }

    /// The width of the rows that come out.
    package func width(for features: FeatureSet) -> Int {
        (features.sparse == nil ? 0 : sparse?.outputs ?? 0) + (features.dense?.columns ?? 0)
    }

    /// Computes all rows.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the features are not those of the training.
    package func apply(
        _ features: FeatureSet, to output: inout Matrix, using workspace: Workspace
    ) throws(TensorError) {
        try check(features)
        let width = width(for: features)
        output.reshape(rows: features.rows, columns: width)
        output.withUnsafeMutableValues { to in
            rows(features, 0..<features.rows, to: to, stride: width, using: workspace)
        }
    }

    /// All rows in a matrix of its own, for what is computed once.
    package func apply(_ features: FeatureSet, using workspace: Workspace) throws(TensorError) -> Matrix {
        var output = Matrix()
        try apply(features, to: &output, using: workspace)
        return output
    }

    func check(_ features: FeatureSet) throws(TensorError) {
        if let matrix = features.sparse {
            guard let sparse else {
                throw TensorError(.wrongFeatures, "Sparse features were given to a layer that was trained without.")
            }
            guard matrix.columns == sparse.inputs else {
                throw DenseLayer.mismatch(found: matrix.columns, wanted: sparse.inputs)
            }
            guard features.dense.map({ $0.rows == matrix.rows }) ?? true else {
                throw TensorError(.wrongFeatures, "Sparse and dense features have different numbers of rows.")
            }
        } else if sparse != nil {
            throw TensorError(.wrongFeatures, "No sparse features were given to a layer that was trained with them.")
        }
    }

    /// Some rows of features that were checked, written `stride` numbers apart.
    func rows(
        _ features: FeatureSet, _ range: Range<Int>, to output: UnsafeMutablePointer<Float>, stride: Int,
        using workspace: Workspace
    ) {
        var offset = 0
        if let matrix = features.sparse, let sparse {
            sparse.rows(matrix, range, to: output, stride: stride, using: workspace)
            offset = sparse.outputs
        }
        guard let dense = features.dense else { return }
        dense.withUnsafeValues { from in
            for (place, row) in range.enumerated() {
                (output + place * stride + offset).update(from: from + row * dense.columns, count: dense.columns)
            }
        }
    }
}
