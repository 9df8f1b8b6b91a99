/// Features of one featurizer as it makes them: row by row, with the columns of the nonzeros.
package struct SparseRows: Sendable, Equatable {
    package let columns: Int
    /// Where each row begins; one more entry than rows.
    private(set) var rowStarts: [Int32] = [0]
    package private(set) var indices: [Int32] = []
    package private(set) var values: [Float] = []

    init(columns: Int) {
        self.columns = columns
        // As many as a few words have, so that most messages need no more room.
        indices.reserveCapacity(48)
        values.reserveCapacity(48)
    }

    var rows: Int { rowStarts.count - 1 }

    mutating func add(_ column: Int32, _ value: Float = 1) {
        indices.append(column)
        values.append(value)
    }

    mutating func endRow() { rowStarts.append(Int32(truncatingIfNeeded: values.count)) }

    /// The places of a row's nonzeros in `indices` and `values`.
    func range(_ row: Int) -> Range<Int> { Int(rowStarts[row])..<Int(rowStarts[row + 1]) }
}
