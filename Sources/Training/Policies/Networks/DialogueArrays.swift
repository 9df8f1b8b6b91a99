import ExactText
import ModelArchive
import Networks
import OrderedCollections
import Tensors

/// What an archive keeps of the examples beside the network, in the form of Rasa's `RasaModelData`: from it Rasa learns
/// which features there are and how wide they are.
struct DialogueArrays {
    let examples: DialogueExamples
    /// The attributes that occur, by name.
    let attributes: [TurnAttribute]
    /// Of each attribute the first features that occur.
    let models: [TurnAttribute: TextFeatureRows]

    private let padsLabels: Bool

    /// - Parameter padsLabels: Whether every example has as many labels as any.
    init(_ examples: DialogueExamples, padsLabels: Bool = false) {
        (self.examples, self.padsLabels) = (examples, padsLabels)
        var models: [TurnAttribute: TextFeatureRows] = [:]
        // Only turns of examples are in the list.
        for turn in examples.turns {
            for (attribute, rows) in turn.attributes where models[attribute] == nil { models[attribute] = rows }
        }
        self.models = models
        attributes = models.keys.sorted { $0.rawValue.exact < $1.rawValue.exact }
    }

    /// The first example.
    var dataExample: FeatureArrayTable {
        guard let first = examples.examples.first else { return [:] }
        let turns = first.turns.map { examples.turns[Int($0)] }
        var table: FeatureArrayTable = [:]
        for attribute in attributes {
            guard let model = models[attribute] else { continue }
            let present = turns.map { $0.attributes[attribute] }
            table[attribute.rawValue] = Self.arrays(
                [present], like: model,
                mask: .group([.dense(shape: [turns.count, 1], values: present.map { $0 == nil ? 0 : 1 })]))
        }
        table["dialogue"] = ["length": Self.one(1, .list([Double(turns.count)]))]
        let tags = turns.filter { !$0.tags.isEmpty }
        if examples.entityTags != nil { table["entity_tags"] = Self.tags(turns.last, isPresent: !tags.isEmpty) }
        table["label"] = ["ids": Self.one(3, .group([.group(padded(first.labels).map { .list([Double($0)]) })]))]
        // Rasa goes through the arrays of new examples in this order.
        table.sort { $0.key < $1.key }
        for attribute in table.keys { table[attribute]?.sort { $0.key < $1.key } }
        return table
    }

    /// The labels of an example, filled up to the number of the one that has most: where several labels can follow,
    /// Rasa keeps them as a matrix.
    private func padded(_ labels: [Int32]) -> [Int32] {
        guard padsLabels else { return labels }
        let most = examples.examples.lazy.map(\.labels.count).max() ?? 0
        return labels + Array(repeating: -1, count: most - labels.count)
    }

    /// The features of all labels.
    var labelData: FeatureArrayTable {
        var table: FeatureArrayTable = [:]
        for attribute in [TurnAttribute.actionName, .actionText, .intent] {
            let rows = examples.labels.map { $0[attribute] }
            guard let model = rows.lazy.compactMap({ $0 }).first else { continue }
            table["label_\(attribute.rawValue)"] = Self.arrays(
                rows.map { [$0] }, like: model,
                mask: .group(rows.map { .group([.list([$0 == nil ? 0 : 1])]) }))
        }
        table["label"] = ["ids": Self.one(2, .group(rows(examples.labels.indices)))]
        return table
    }

    /// What stands in for each attribute where a turn lacks it.
    func fakeFeatures(origin: String) -> [FakeFeature] {
        attributes.flatMap { attribute -> [FakeFeature] in
            guard let model = models[attribute] else { return [] }
            return [("sequence", model.sequence), ("sentence", model.sentence)].flatMap { kind, features in
                let sparse = features.sparse.map { ($0.columns, true) }
                return [sparse, features.dense.map { ($0.columns, false) }].compactMap { $0 }.map { columns, isSparse in
                    FakeFeature(
                        attribute: attribute.rawValue, kind: kind, origin: origin, isSparse: isSparse, columns: columns)
                }
            }
        }
    }

    private func rows(_ ids: Range<Int>) -> [FeatureArray] { ids.map { .list([Double($0)]) } }

    private static func one(_ dimensions: Int, _ array: FeatureArray) -> FeatureArrays {
        FeatureArrays(entries: [.init(numberOfDimensions: dimensions, array: array)])
    }

    /// The arrays of one attribute over examples and their turns, of which nil lacks it.
    private static func arrays(
        _ examples: [[TextFeatureRows?]], like model: TextFeatureRows, mask: FeatureArray
    ) -> OrderedDictionary<ExactString, FeatureArrays> {
        var arrays: OrderedDictionary<ExactString, FeatureArrays> = ["mask": one(3, mask)]
        if !model.sequence.isEmpty {
            arrays["sequence"] = features(examples.map { $0.map { $0?.sequence } }, like: model.sequence)
        }
        if !model.sentence.isEmpty {
            arrays["sentence"] = features(examples.map { $0.map { $0?.sentence } }, like: model.sentence)
        }
        if !model.sequence.isEmpty {
            let lengths = examples.map { turns in
                FeatureArray.group(turns.map { .group([.list([Double($0?.sequence.rows ?? 0)])]) })
            }
            arrays["sequence_lengths"] = one(4, .group(lengths))
        }
        return arrays
    }

    private static func features(_ examples: [[FeatureSet?]], like model: FeatureSet) -> FeatureArrays {
        func entry(_ array: (FeatureSet?) -> FeatureArray) -> FeatureArrays.Entry {
            .init(numberOfDimensions: 4, array: .group(examples.map { .group($0.map(array)) }))
        }
        var entries: [FeatureArrays.Entry] = []
        if let sparse = model.sparse {
            entries.append(entry { .sparse(SparseFeatures($0?.sparse ?? SparseMatrix(columns: sparse.columns))) })
        }
        if let dense = model.dense {
            entries.append(
                entry { features in
                    let rows = features?.dense ?? Matrix(rows: 0, columns: dense.columns)
                    guard rows.rows == 1 else {
                        return .dense(shape: [rows.rows, rows.columns], values: rows.values)
                    }
                    return .group([.list(rows.values.map(Double.init))])
                })
        }
        return FeatureArrays(entries: entries)
    }

    /// The tags of the message that the example ends with.
    private static func tags(_ turn: Turn?, isPresent: Bool) -> OrderedDictionary<ExactString, FeatureArrays> {
        let tags = turn?.tags ?? []
        return [
            "mask": one(3, .group([.group([.list([isPresent && !tags.isEmpty ? 1 : 0])])])),
            "ids": one(4, .group([.group([.dense(shape: [tags.count, 1], values: tags.map { Float($0) })])])),
        ]
    }
}

extension SparseFeatures {
    /// A matrix by coordinates, row by row and of each row from left to right.
    init(_ matrix: SparseMatrix) {
        var rows: [Int32] = []
        rows.reserveCapacity(matrix.values.count)
        for row in 0..<matrix.rows {
            for _ in matrix.rowStarts[row]..<matrix.rowStarts[row + 1] { rows.append(Int32(row)) }
        }
        self.init(
            rows: matrix.rows, columns: matrix.columns, rowIndices: rows, columnIndices: matrix.columnIndices,
            values: matrix.values)
    }
}
