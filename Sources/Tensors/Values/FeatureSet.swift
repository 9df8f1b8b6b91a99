/// The features of one type (per token, or of the whole sentence) of one attribute, as featurizers made them.
package struct FeatureSet: Sendable, Equatable {
    /// All sparse features side by side in the order of the pipeline.
    package var sparse: SparseMatrix?
    /// All dense features likewise.
    package var dense: Matrix?

    /// Features; at least one of the two should be there.
    package init(sparse: SparseMatrix? = nil, dense: Matrix? = nil) {
        self.sparse = sparse
        self.dense = dense
    }

    /// The number of rows; both parts have the same.
    package var rows: Int { sparse?.rows ?? dense?.rows ?? 0 }

    package var isEmpty: Bool { sparse == nil && dense == nil }
}
