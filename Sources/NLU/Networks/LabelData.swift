import ExactText
import JSON
import ModelArchive
import Tensors
import TextFeatures

/// The names and features of the labels that a network chooses from, in the order of their ids.
struct LabelData {
    let names: [String]
    let features: [(sequence: FeatureSet?, sentence: FeatureSet?)]

    /// Reads `<stem>.index_label_id_mapping.json` and `<stem>.label_data`.
    init(_ stem: String, _ context: LoadingContext) throws(LoadError) {
        let file = stem + ".index_label_id_mapping.json"
        let mapping = try context.json(file, .map(.text))?.object ?? [:]
        var names: [String] = []
        for id in 0..<mapping.count {
            guard let name = mapping[String(id)]?.string else { throw context.bad(file, "has no label \(id)") }
            names.append(name)
        }
        self.names = names
        let data = stem + ".label_data"
        let kinds = try context.featureArrays(data)?["label"]
        let sequences = try Self.sets(kinds?["sequence"], count: names.count, data, context)
        let sentences = try Self.sets(kinds?["sentence"], count: names.count, data, context)
        features = zip(sequences, sentences).map { (sequence: $0, sentence: $1) }
        guard features.allSatisfy({ $0.sequence != nil || $0.sentence != nil }) else {
            throw context.bad(data, "has no features of the labels")
        }
    }

    /// The features of one kind for each label.
    private static func sets(
        _ arrays: FeatureArrays?, count: Int, _ file: String, _ context: LoadingContext
    ) throws(LoadError) -> [FeatureSet?] {
        guard let arrays, !arrays.entries.isEmpty else { return Array(repeating: nil, count: count) }
        var sets: [FeatureSet?] = []
        for label in 0..<count {
            var (sparse, dense): ([SparseMatrix], [Matrix]) = ([], [])
            for entry in arrays.entries {
                switch try value(entry.array, of: label, file, context) {
                case .sparse(let features): sparse.append(try matrix(features, file, context))
                case let other:
                    guard let matrix = Self.matrix(other) else {
                        throw context.bad(file, "has features of label \(label) that are not a matrix")
                    }
                    dense.append(matrix)
                }
            }
            sets.append(
                FeatureSet(
                    sparse: sparse.isEmpty ? nil : SparseMatrix.horizontallyStacked(sparse),
                    dense: dense.isEmpty ? nil : sideBySide(dense)))
        }
        return sets
    }

    /// The part of an array that belongs to a label.
    private static func value(
        _ array: FeatureArray, of label: Int, _ file: String, _ context: LoadingContext
    ) throws(LoadError) -> FeatureArray {
        switch array {
        case .group(let parts) where label < parts.count: return parts[label]
        case .dense(let shape, let values) where shape.count == 3 && label < shape[0]:
            let size = shape[1] * shape[2]
            return .dense(shape: [shape[1], shape[2]], values: Array(values[label * size..<(label + 1) * size]))
        case .dense(let shape, let values) where shape.count == 2 && label < shape[0]:
            return .dense(shape: [1, shape[1]], values: Array(values[label * shape[1]..<(label + 1) * shape[1]]))
        default: throw context.bad(file, "has no features of label \(label)")
        }
    }

    private static func matrix(
        _ features: SparseFeatures, _ file: String, _ context: LoadingContext
    ) throws(LoadError) -> SparseMatrix {
        let entries = features.values.indices.map {
            (
                row: Int(features.rowIndices[$0]), column: Int(features.columnIndices[$0]), value: features.values[$0]
            )
        }
        do throws(TensorError) {
            return try SparseMatrix(rows: features.rows, columns: features.columns, entries: entries)
        } catch {
            throw context.bad(file, "has features out of place")
        }
    }

    /// A dense matrix; groups of lists are rows.
    private static func matrix(_ array: FeatureArray) -> Matrix? {
        switch array {
        case .dense(let shape, let values) where shape.count == 2:
            return Matrix(rows: shape[0], columns: shape[1], values: values)
        case .dense(let shape, let values) where shape.count == 1:
            return Matrix(rows: 1, columns: shape[0], values: values)
        case .list(let numbers): return Matrix(rows: 1, columns: numbers.count, values: numbers.map { Float($0) })
        case .group(let parts):
            let rows = parts.compactMap { matrix($0) }
            guard let first = rows.first, rows.count == parts.count,
                rows.allSatisfy({ $0.columns == first.columns && $0.rows == 1 })
            else { return nil }
            return Matrix(rows: rows.count, columns: first.columns, values: rows.flatMap(\.values))
        default: return nil
        }
    }

    private static func sideBySide(_ parts: [Matrix]) -> Matrix? {
        guard let first = parts.first, parts.allSatisfy({ $0.rows == first.rows }) else { return nil }
        if parts.count == 1 { return first }
        let values = (0..<first.rows).flatMap { row in parts.flatMap { $0.row(row) } }
        return Matrix(rows: first.rows, columns: parts.reduce(0) { $0 + $1.columns }, values: values)
    }
}
