import ExactText
import Tensors

/// Texts with their intents as rows of sparse features, for a logistic regression.
struct RegressionExamples {
    private(set) var columns = 0
    private(set) var starts = [0]
    private(set) var indices: [Int32] = []
    private(set) var values: [Double] = []
    private var names: [String] = []

    var count: Int { starts.count - 1 }

    mutating func add(_ row: SparseMatrix, label: String) {
        columns = max(columns, row.columns)
        indices += row.columnIndices
        values += row.values.map(Double.init)
        starts.append(values.count)
        names.append(label)
    }

    /// The intents in order, and the place of each example's intent among them.
    var intents: (names: [String], ids: [Int]) {
        let sorted = Set(names.map(\.exact)).pythonSorted
        let ids = Dictionary(sorted.enumerated().map { ($1.exact, $0) }, uniquingKeysWith: { first, _ in first })
        return (sorted, names.map { ids[$0] ?? 0 })
    }
}
