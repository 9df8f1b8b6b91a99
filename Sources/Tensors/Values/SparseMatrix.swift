/// A matrix of which only the nonzero numbers are kept, row by row (CSR).
package struct SparseMatrix: Sendable, Equatable {
    package private(set) var columns: Int
    /// Where each row begins in `columnIndices` and `values`; the last entry is the number of all nonzeros.
    package private(set) var rowStarts: [Int32]
    /// The column of each nonzero, from 0 to `columns - 1`; a column may occur twice in a row (both count).
    package private(set) var columnIndices: [Int32]
    /// The nonzeros.
    package private(set) var values: [Float]

    package var rows: Int { rowStarts.count - 1 }

    /// A matrix without rows, to be filled by ``appendRow(_:)``.
    package init(columns: Int) {
        self.columns = columns
        rowStarts = [0]
        columnIndices = []
        values = []
    }

    /// A matrix from its parts as a file holds them.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if the parts do not fit together.
    package init(
        columns: Int, rowStarts: [Int32], columnIndices: [Int32], values: [Float]
    ) throws(TensorError) {
        guard columns >= 0, rowStarts.first == 0, Int(rowStarts.last ?? -1) == values.count,
            columnIndices.count == values.count, zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 }),
            columnIndices.allSatisfy({ $0 >= 0 && Int($0) < columns })
        else {
            throw TensorError(
                .wrongFeatures,
                "A sparse matrix of \(rowStarts.count - 1) rows and \(columns) columns does not fit its own parts.")
        }
        self.columns = columns
        self.rowStarts = rowStarts
        self.columnIndices = columnIndices
        self.values = values
    }

    /// A matrix from places and values in any order.
    ///
    /// - Throws: ``TensorError`` with `.wrongFeatures` if a place lies outside.
    package init(
        rows: Int, columns: Int, entries: [(row: Int, column: Int, value: Float)]
    ) throws(TensorError) {
        var byRow = Array(repeating: [(column: Int, value: Float)](), count: max(rows, 0))
        for entry in entries {
            guard byRow.indices.contains(entry.row), entry.column >= 0, entry.column < columns else {
                throw TensorError(
                    .wrongFeatures,
                    "Place (\(entry.row), \(entry.column)) lies outside a sparse matrix of \(rows) × \(columns).")
            }
            byRow[entry.row].append((entry.column, entry.value))
        }
        self.init(columns: columns)
        for row in byRow { appendRow(row) }
    }

    /// Adds a row below the others. Columns must lie in the matrix.
    package mutating func appendRow(_ entries: some Sequence<(column: Int, value: Float)>) {
        for entry in entries {
            precondition(entry.column >= 0 && entry.column < columns, "column \(entry.column) of \(columns)")
            columnIndices.append(Int32(entry.column))
            values.append(entry.value)
        }
        rowStarts.append(Int32(values.count))
    }

    /// Removes all rows, keeps the memory and sets the number of columns.
    package mutating func reset(columns: Int) {
        self.columns = columns
        rowStarts.removeLast(rowStarts.count - 1)
        columnIndices.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// The matrices side by side, from left to right.
    ///
    /// All must have the same number of rows. No matrix gives one without rows and columns.
    package static func horizontallyStacked(_ parts: [SparseMatrix]) -> SparseMatrix {
        guard let first = parts.first else { return SparseMatrix(columns: 0) }
        if parts.count == 1 { return first }
        precondition(parts.allSatisfy { $0.rows == first.rows }, "matrices of different heights")
        var result = SparseMatrix(columns: parts.reduce(0) { $0 + $1.columns })
        let count = parts.reduce(0) { $0 + $1.values.count }
        result.columnIndices.reserveCapacity(count)
        result.values.reserveCapacity(count)
        result.rowStarts.reserveCapacity(first.rows + 1)
        for row in 0..<first.rows {
            var offset: Int32 = 0
            for part in parts {
                let range = Int(part.rowStarts[row])..<Int(part.rowStarts[row + 1])
                for index in range { result.columnIndices.append(part.columnIndices[index] + offset) }
                result.values.append(contentsOf: part.values[range])
                offset += Int32(part.columns)
            }
            result.rowStarts.append(Int32(result.values.count))
        }
        return result
    }

    /// The sum of all rows, as a matrix of one row.
    package func sumOfRows() -> SparseMatrix {
        var sum = SparseMatrix(columns: columns)
        sum.columnIndices = columnIndices
        sum.values = values
        sum.rowStarts.append(Int32(values.count))
        return sum
    }

    /// The same numbers with their zeros.
    package func dense() -> Matrix {
        var result = Matrix(rows: rows, columns: columns)
        for row in 0..<rows {
            for index in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
                result[row, Int(columnIndices[index])] += values[index]
            }
        }
        return result
    }
}
