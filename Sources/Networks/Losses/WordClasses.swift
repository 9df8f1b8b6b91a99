package import Tensors

/// Which words are alike when they are guessed: those of equal dense features, or, where there are none, of equal sparse
/// ones. (Rasa compares a fixed random projection of the sparse ones to two numbers.)
package struct WordClasses: Sendable {
    private var numbers: [[UInt32]: Int32] = [:]

    package init() {}

    /// The class of each row.
    package mutating func classes(of features: FeatureSet) -> [Int32] {
        (0..<features.rows).map { row in
            let key = Self.key(features, row)
            if let number = numbers[key] { return number }
            let number = Int32(numbers.count)
            numbers[key] = number
            return number
        }
    }

    private static func key(_ features: FeatureSet, _ row: Int) -> [UInt32] {
        if let dense = features.dense { return dense.row(row).map { ($0 + 0).bitPattern } }
        guard let sparse = features.sparse else { return [] }
        let range = Int(sparse.rowStarts[row])..<Int(sparse.rowStarts[row + 1])
        let entries = range.map { (sparse.columnIndices[$0], sparse.values[$0]) }.sorted { $0.0 < $1.0 }
        return entries.flatMap { [UInt32(bitPattern: $0.0), $0.1.bitPattern] }
    }
}
