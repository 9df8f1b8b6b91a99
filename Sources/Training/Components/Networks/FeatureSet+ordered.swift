import Tensors

extension FeatureSet {
    /// The same features with the columns of every sparse row in their order. Featurizers go through tables, whose order
    /// differs from process to process, and sums of numbers depend on it.
    var ordered: FeatureSet {
        guard let sparse else { return self }
        var ordered = SparseMatrix(columns: sparse.columns)
        for row in 0..<sparse.rows {
            let places = Int(sparse.rowStarts[row])..<Int(sparse.rowStarts[row + 1])
            ordered.appendRow(
                places.map { (column: Int(sparse.columnIndices[$0]), value: sparse.values[$0]) }
                    .sorted { ($0.column, $0.value) < ($1.column, $1.value) })
        }
        return FeatureSet(sparse: ordered, dense: dense)
    }
}
