package import ExactText
package import OrderedCollections

/// One feature array of a training example as Rasa keeps it beside a network: nested lists that end in matrices
/// (Rasa's `FeatureArray`).
package indirect enum FeatureArray: Sendable, Hashable {
    /// A list: examples, or the turns of an example.
    case group([FeatureArray])
    /// A dense matrix (or a tensor of another number of dimensions), row by row.
    case dense(shape: [Int], values: [Float])
    /// A sparse matrix by the coordinates of its nonzero values.
    case sparse(SparseFeatures)
    /// A plain list of numbers: ids, lengths, masks.
    case list([Double])

    /// The array as a dense matrix. A matrix of several rows may also have been written as a list of lists; both are
    /// the same here. nil for everything else.
    package var matrix: (shape: [Int], values: [Float])? {
        switch self {
        case .dense(let shape, let values): return shape.count == 2 ? (shape, values) : nil
        case .group(let parts):
            var values: [Float] = []
            var columns: Int?
            for part in parts {
                guard case .list(let row) = part, columns == nil || columns == row.count else { return nil }
                columns = row.count
                values.append(contentsOf: row.map { Float($0) })
            }
            return columns.map { ([parts.count, $0], values) }
        case .sparse, .list: return nil
        }
    }
}

/// A sparse matrix by coordinates; entries come in the file's order, which is that of the rows.
package struct SparseFeatures: Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    /// The row of each value, below ``rows``.
    package let rowIndices: [Int32]
    /// The column of each value, below ``columns``.
    package let columnIndices: [Int32]
    package let values: [Float]

    package init(rows: Int, columns: Int, rowIndices: [Int32], columnIndices: [Int32], values: [Float]) {
        self.rows = rows
        self.columns = columns
        self.rowIndices = rowIndices
        self.columnIndices = columnIndices
        self.values = values
    }
}

/// Feature arrays by attribute and kind, such as `label` → `ids`, in the order in which they were written.
package typealias FeatureArrayTable = OrderedDictionary<ExactString, OrderedDictionary<ExactString, FeatureArrays>>

/// The feature arrays kept under one pair of keys, such as `label` → `sequence`.
package struct FeatureArrays: Sendable, Hashable {
    /// One feature array and how many dimensions it has.
    package struct Entry: Sendable, Hashable {
        /// Dimensions counted from the examples down: 4 where an example has turns, else 3 or fewer.
        package let numberOfDimensions: Int
        package let array: FeatureArray

        package init(numberOfDimensions: Int, array: FeatureArray) {
            self.numberOfDimensions = numberOfDimensions
            self.array = array
        }
    }

    /// Sparse arrays before dense ones.
    package let entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }
}
