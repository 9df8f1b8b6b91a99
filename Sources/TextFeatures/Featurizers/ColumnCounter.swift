/// Counts how often columns occur, and gives the counts back as a row.
struct ColumnCounter {
    private var counts: [Int32] = []
    /// The columns with a count, in the order in which they came.
    private var touched: [Int32] = []

    /// Makes room for so many columns; all counts are 0.
    mutating func prepare(columns: Int) {
        if counts.count < columns { counts.append(contentsOf: repeatElement(0, count: columns - counts.count)) }
    }

    @inline(__always)
    mutating func add(_ column: Int32, _ times: Int32 = 1) {
        if counts[Int(column)] == 0 { touched.append(column) }
        counts[Int(column)] += times
    }

    /// Appends the counts as a row; all counts are 0 again.
    mutating func endRow(of matrix: inout SparseRows) {
        touched.sort()
        for column in touched {
            matrix.add(column, Float(counts[Int(column)]))
            counts[Int(column)] = 0
        }
        touched.removeAll(keepingCapacity: true)
        matrix.endRow()
    }
}
