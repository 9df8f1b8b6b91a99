/// A sparse matrix of SciPy by coordinates, in the order in which it has them.
package struct SparseMatrix: Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    package let rowIndices: [Int]
    package let columnIndices: [Int]
    package let values: [Double]

    /// Reads a pickled `coo_matrix` or `csr_matrix`; nil for other values, and for coordinates outside of the matrix.
    package init?(_ value: PickleValue) {
        guard case .object(let object) = value, let state = object.state, let size = SparseMatrix.size(state) else {
            return nil
        }
        func numbers(_ name: String) -> PickledArray? { state[name].flatMap { PickledArray($0) } }
        guard let values = numbers("data")?.doubles else { return nil }
        (rows, columns) = size
        self.values = values
        if object.type == .coordinateMatrix {
            // Later versions of SciPy keep both lists of coordinates in one tuple.
            let both = state["coords"]?.elements?.compactMap { PickledArray($0) }
            guard let rowIndices = (numbers("row") ?? both?.first)?.integers,
                let columnIndices = (numbers("col") ?? both?.last)?.integers
            else { return nil }
            (self.rowIndices, self.columnIndices) = (rowIndices, columnIndices)
        } else if object.type == .compressedMatrix {
            guard let starts = numbers("indptr")?.integers, let columnIndices = numbers("indices")?.integers,
                starts.count == rows + 1, starts.first == 0, starts.last == values.count,
                zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
            else { return nil }
            rowIndices = (0..<rows).flatMap { Array(repeating: $0, count: starts[$0 + 1] - starts[$0]) }
            self.columnIndices = columnIndices
        } else {
            return nil
        }
        guard rowIndices.count == values.count, columnIndices.count == values.count,
            rowIndices.allSatisfy({ 0..<rows ~= $0 }), columnIndices.allSatisfy({ 0..<columns ~= $0 })
        else { return nil }
    }

    private static func size(_ state: PickleValue) -> (rows: Int, columns: Int)? {
        guard let sizes = state["_shape"]?.elements?.compactMap(\.integer), sizes.count == 2,
            sizes.allSatisfy({ 0...Int(Int32.max) ~= $0 })
        else { return nil }
        return (sizes[0], sizes[1])
    }
}
