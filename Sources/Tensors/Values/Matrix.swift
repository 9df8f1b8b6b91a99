/// A matrix of numbers in row-major order that keeps its memory when it changes its shape.
package struct Matrix: Sendable, Equatable {
    package private(set) var rows: Int
    package private(set) var columns: Int
    /// The numbers, row after row; `rows * columns` of them.
    package private(set) var values: [Float]

    package init() {
        rows = 0
        columns = 0
        values = []
    }

    package init(rows: Int, columns: Int, repeating value: Float = 0) {
        self.rows = rows
        self.columns = columns
        values = Array(repeating: value, count: rows * columns)
    }

    /// A matrix from its numbers in row-major order; there must be `rows * columns` of them.
    package init(rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == rows * columns, "\(values.count) numbers for \(rows) × \(columns)")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    package subscript(row: Int, column: Int) -> Float {
        get {
            precondition(column >= 0 && column < columns)
            return values[row * columns + column]
        }
        set {
            precondition(column >= 0 && column < columns)
            values[row * columns + column] = newValue
        }
    }

    package func row(_ index: Int) -> ArraySlice<Float> {
        values[index * columns..<(index + 1) * columns]
    }

    /// Changes the shape. The numbers have no meaning afterwards; memory is taken only to grow beyond what was had.
    package mutating func reshape(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        let count = rows * columns
        if values.count > count {
            values.removeLast(values.count - count)
        } else if values.count < count {
            values.append(contentsOf: repeatElement(0, count: count - values.count))
        }
    }

    package mutating func fill(with value: Float) {
        for index in values.indices { values[index] = value }
    }

    /// Adds numbers to one row, element by element.
    package mutating func add(_ numbers: some Sequence<Float>, toRow row: Int) {
        var index = row * columns
        let end = index + columns
        for number in numbers where index < end {
            values[index] += number
            index += 1
        }
    }

    /// The sum of all rows, as a matrix of one row.
    package func sumOfRows() -> Matrix {
        var sum = Matrix(rows: 1, columns: columns)
        for index in 0..<rows { sum.add(row(index), toRow: 0) }
        return sum
    }

    /// Access to the memory for layers; the pointer has `rows * columns` numbers.
    package func withUnsafeValues<Result, Failure: Error>(
        _ body: (UnsafePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try values.withUnsafeBufferPointer { buffer throws(Failure) in
            guard let base = buffer.baseAddress else { return try Matrix.withOneNumber(body) }
            return try body(base)
        }
    }

    /// Access for writing to the memory; the pointer has `rows * columns` numbers.
    package mutating func withUnsafeMutableValues<Result, Failure: Error>(
        _ body: (UnsafeMutablePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try values.withUnsafeMutableBufferPointer { buffer throws(Failure) in
            guard let base = buffer.baseAddress else {
                var nothing: Float = 0
                return try withUnsafeMutablePointer(to: &nothing, body)
            }
            return try body(base)
        }
    }

    private static func withOneNumber<Result, Failure: Error>(
        _ body: (UnsafePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let nothing: Float = 0
        return try withUnsafePointer(to: nothing, body)
    }
}
