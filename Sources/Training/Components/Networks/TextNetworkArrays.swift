import ExactText
import ModelArchive
import Networks
import OrderedCollections
import Tensors

/// The arrays that Rasa keeps beside a network of texts: one example of what it learned from, and all labels.
struct TextNetworkArrays {
    private typealias Kinds = OrderedDictionary<ExactString, FeatureArrays>

    private let examples: TextExamples

    init(_ examples: TextExamples) { self.examples = examples }

    /// The first example, with all keys in order.
    var example: FeatureArrayTable {
        guard let example = examples.examples.first else { return [:] }
        var table: FeatureArrayTable = [:]
        if !examples.tagSets.isEmpty {
            var kinds: Kinds = ["mask": Self.mask]
            for (set, tags) in zip(examples.tagSets, example.tags) {
                kinds[set.kind.rawValue.exact] = Self.entry(
                    3, .group([.dense(shape: [tags.count, 1], values: tags.map { Float($0) })]))
            }
            table["entities"] = kinds
        }
        if let label = example.label {
            var kinds = Self.features([examples.labels[label]])
            kinds["ids"] = Self.ids([label])
            kinds["mask"] = Self.mask
            table["label"] = kinds
        }
        var kinds = Self.features([example.rows])
        kinds["mask"] = Self.mask
        table["text"] = kinds
        for key in table.keys { table[key]?.sort { $0.key < $1.key } }
        return table
    }

    /// The features and ids of all labels, in Rasa's order of keys.
    var labels: FeatureArrayTable {
        var kinds = Self.features(examples.labels)
        let lengths = kinds.removeValue(forKey: Self.lengths)
        kinds["ids"] = Self.ids(Array(examples.labels.indices))
        if let lengths { kinds[Self.lengths] = lengths }
        return ["label": kinds]
    }

    private static let lengths: ExactString = "sequence_lengths"
    private static let mask = entry(3, .group([.group([.list([1])])]))

    private static func entry(_ dimensions: Int, _ array: FeatureArray) -> FeatureArrays {
        FeatureArrays(entries: [.init(numberOfDimensions: dimensions, array: array)])
    }

    private static func ids(_ ids: [Int]) -> FeatureArrays { entry(2, .group(ids.map { .list([Double($0)]) })) }

    /// The features of some texts or names; each kind where all of them have it.
    private static func features(_ rows: [TextFeatureRows]) -> Kinds {
        var kinds: Kinds = [:]
        for (name, sets) in [("sequence", rows.map(\.sequence)), ("sentence", rows.map(\.sentence))] {
            var entries: [FeatureArrays.Entry] = []
            for parts in [sets.map { $0.sparse.map(Self.array) }, sets.map { $0.dense.map(Self.array) }] {
                let arrays = parts.compactMap { $0 }
                guard !arrays.isEmpty, arrays.count == parts.count else { continue }
                entries.append(.init(numberOfDimensions: 3, array: .group(arrays)))
            }
            if !entries.isEmpty { kinds[name.exact] = FeatureArrays(entries: entries) }
        }
        if kinds["sequence"] != nil { kinds[lengths] = entry(1, .list(rows.map { Double($0.sequence.rows) })) }
        return kinds
    }

    private static func array(_ matrix: Matrix) -> FeatureArray {
        .dense(shape: [matrix.rows, matrix.columns], values: matrix.values)
    }

    private static func array(_ matrix: SparseMatrix) -> FeatureArray {
        var rows: [Int32] = []
        for row in 0..<matrix.rows {
            rows += repeatElement(Int32(row), count: Int(matrix.rowStarts[row + 1] - matrix.rowStarts[row]))
        }
        return .sparse(
            SparseFeatures(
                rows: matrix.rows, columns: matrix.columns, rowIndices: rows, columnIndices: matrix.columnIndices,
                values: matrix.values))
    }
}
