import JSON

@testable import Tensors

extension JSON {
    /// A list of numbers.
    var floats: [Float] { (array ?? []).map { Float($0.double ?? .nan) } }

    /// A list of lists of numbers.
    var matrix: Matrix {
        let rows = (array ?? []).map(\.floats)
        return Matrix(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
    }

    /// A matrix in coordinates, with its sides apart or as `shape`.
    var sparse: SparseMatrix? {
        let shape = self["shape"]?.array?.compactMap(\.int) ?? []
        guard let rows = self["rows"]?.int ?? shape.first, let columns = self["columns"]?.int ?? shape.last else {
            return nil
        }
        let row = (self["row"]?.array ?? []).compactMap(\.int)
        let column = (self["column"]?.array ?? self["col"]?.array ?? []).compactMap(\.int)
        let value = self["value"]?.floats ?? []
        return try? SparseMatrix(
            rows: rows, columns: columns, entries: row.indices.map { (row[$0], column[$0], value[$0]) })
    }
}
