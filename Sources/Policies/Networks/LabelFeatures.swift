import ExactText
import ModelArchive
import OrderedCollections
import Tensors

/// The features of the labels that a dialogue network chooses from, as its `label_data` keeps them: by kind, such as
/// `label_action_name`, for each label; nil where a label is of another kind.
struct LabelFeatures {
    let kinds: [(name: String, labels: [AttributeFeatures?])]

    init(_ settings: PolicySettings, _ model: PreparedModel, stem: String) throws {
        let file = "\(stem).label_data"
        let table = try model.featureArrays(settings.resource, file) ?? [:]
        kinds = try table.filter { $0.key.hasPrefix("label_") }.map { name, arrays in
            let sequences = try LabelFeatures.sets(arrays["sequence"], settings.name)
            let sentences = try LabelFeatures.sets(arrays["sentence"], settings.name)
            let count = max(sequences.count, sentences.count)
            return (
                name.string,
                (0..<count).map { label in
                    let sentence = label < sentences.count ? sentences[label] : nil
                    let sequence = label < sequences.count ? sequences[label] : nil
                    return sentence == nil ? nil : AttributeFeatures(sequence: sequence, sentence: sentence)
                }
            )
        }
        guard let first = kinds.first, kinds.allSatisfy({ $0.labels.count == first.labels.count }) else {
            throw PolicyError(.badFiles, "\(settings.name): \(file) holds no labels, or some of one kind only")
        }
    }

    /// The features of one type of each label; nil where it has no rows.
    private static func sets(_ arrays: FeatureArrays?, _ policy: String) throws -> [FeatureSet?] {
        var sets: [FeatureSet?] = []
        for entry in arrays?.entries ?? [] {
            guard case .group(let examples) = entry.array else {
                throw PolicyError(.badFiles, "\(policy): the labels' features are not a list")
            }
            if sets.isEmpty { sets = Array(repeating: nil, count: examples.count) }
            guard sets.count == examples.count else {
                throw PolicyError(.badFiles, "\(policy): the labels' features are lists of different lengths")
            }
            for (label, example) in examples.enumerated() {
                guard let part = try features(of: example, policy) else { continue }
                sets[label] = FeatureSet(
                    sparse: sets[label]?.sparse ?? part.sparse, dense: sets[label]?.dense ?? part.dense)
            }
        }
        return sets
    }

    private static func features(of example: FeatureArray, _ policy: String) throws(PolicyError) -> FeatureSet? {
        switch example {
        case .group(let turns) where turns.isEmpty: return nil
        case .group(let turns) where example.matrix == nil && turns.count == 1:
            return try features(of: turns[0], policy)
        case .sparse(let sparse):
            guard sparse.rows > 0 else { return nil }
            let entries = sparse.values.indices.map {
                (row: Int(sparse.rowIndices[$0]), column: Int(sparse.columnIndices[$0]), value: sparse.values[$0])
            }
            if let matrix = try? SparseMatrix(rows: sparse.rows, columns: sparse.columns, entries: entries) {
                return FeatureSet(sparse: matrix)
            }
        case .dense(let shape, let values) where shape.count == 3 && shape[0] == 1:
            return shape[1] == 0 ? nil : FeatureSet(dense: Matrix(rows: shape[1], columns: shape[2], values: values))
        default:
            if let (shape, values) = example.matrix {
                return shape[0] == 0
                    ? nil : FeatureSet(dense: Matrix(rows: shape[0], columns: shape[1], values: values))
            }
        }
        throw PolicyError(.badFiles, "\(policy): a label's features have an unknown form")
    }
}
