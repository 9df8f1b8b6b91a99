/// Rows divided by their lengths, for cosine similarity, and the way back of their gradients. TensorFlow takes 1e-6 for
/// the length of rows that are shorter (`l2_normalize`).
struct UnitRows {
    private(set) var values: [Float] = []
    var gradients: [Float] = []
    private var reciprocals: [Float] = []

    mutating func normalize(_ rows: EmbeddedRows, dimension: Int) {
        let count = rows.rows * dimension
        values.resize(to: count)
        gradients.resize(to: count)
        reciprocals.resize(to: rows.rows)
        for row in 0..<rows.rows {
            let x = rows.values + row * dimension
            let square = max(RowArithmetic.dot(x, x, dimension), Self.smallest)
            reciprocals[row] = 1 / square.squareRoot()
            for index in 0..<dimension { values[row * dimension + index] = x[index] * reciprocals[row] }
        }
    }

    /// Gradients of the rows themselves from those of the divided ones.
    func back(to rows: EmbeddedRows, dimension: Int) {
        for row in 0..<rows.rows {
            let (first, reciprocal) = (row * dimension, reciprocals[row])
            let x = rows.values + first
            let isShort = RowArithmetic.dot(x, x, dimension) < Self.smallest
            var along: Float = 0
            if !isShort { for index in 0..<dimension { along += gradients[first + index] * values[first + index] } }
            for index in 0..<dimension {
                rows.gradients[first + index] = reciprocal * (gradients[first + index] - along * values[first + index])
            }
        }
    }

    private static let smallest: Float = 1e-12
}

extension [Float] {
    /// Changes the number of elements, which have no meaning afterwards; memory is taken only to grow.
    mutating func resize(to count: Int) {
        if self.count > count {
            removeLast(self.count - count)
        } else {
            append(contentsOf: repeatElement(0, count: count - self.count))
        }
    }
}
