internal import Dialogue
internal import JSON
internal import ModelArchive
internal import Tensors

/// The network that TED and UnexpecTED share: turns are encoded, a transformer looks at the dialogue, and the result is
/// compared with every label (Rasa's `TED`, after Vlasov et al., "Dialogue Transformers", 2019).
struct DialogueNetwork: Sendable {
    /// One attribute of a turn to a dense row.
    private struct Encoder: Sendable {
        let concat: SparseDenseConcat
        let layers: FeedForward
        let width: Int

        init(_ weights: any WeightSource, _ attribute: String) throws {
            concat = try SparseDenseConcat(weights.scope("sparse_dense_concat_layer.\(attribute)"))
            layers = try FeedForward(weights.scope("encoding_layer.\(attribute)"))
            width = layers.outputs ?? concat.sparse?.outputs ?? 0
        }

        func row(_ features: FeatureSet, using workspace: Workspace) throws -> Matrix {
            var row = try concat.apply(features, using: workspace)
            try layers.apply(&row, using: workspace)
            return row
        }
    }

    /// How confidences follow from similarities.
    let usesSoftmax: Bool

    private let features: TurnFeatures
    private let isFullDialogue: Bool
    /// Attributes in the order in which a turn's row joins them: user, action, then the rest by name.
    private let encoders: [(attribute: String, encoder: Encoder)]
    private let transformer: Transformer?
    private let embedding: DenseLayer
    private let labels: Matrix
    private let similarity: Similarity

    /// Reads a network from the files of `<stem>`; nil where there was nothing to train.
    init?(_ settings: PolicySettings, _ model: PreparedModel, stem: String, using workspace: Workspace) throws {
        guard let weights = model.weights(settings.resource, stem) else { return nil }
        let net = try model.json(settings.resource, "\(stem).meta.json") ?? [:]
        let known = try model.json(settings.resource, "\(stem).fake_features_metadata.json")?.object ?? [:]
        let attributes = Set(known.keys)
        guard attributes.isDisjoint(with: ["text", "action_text"]) else {
            throw PolicyError(
                .unsupported,
                "\(settings.name) was trained end to end on texts, which this version does not serve; "
                    + "train it from stories with intents and actions only")
        }
        features = TurnFeatures(settings.featurizer)
        isFullDialogue = settings.isFullDialogue
        usesSoftmax = net["model_confidence"]?.string == "softmax"
        similarity = net["similarity_type"]?.string.flatMap(Similarity.init) ?? .inner
        let first = ["intent", "action_name"].filter(attributes.contains)
        let ordered = first + attributes.subtracting(first).sorted()
        encoders = try ordered.map { ($0, try Encoder(weights, $0)) }
        let configuration = TransformerConfiguration(
            heads: net["number_of_attention_heads"]?.int ?? 4, unidirectional: isFullDialogue)
        let place = weights.scope("transformer.dialogue")
        transformer =
            try Transformer.exists(in: place) ? Transformer(place, configuration: configuration) : nil
        embedding = try DenseLayer(weights.scope("embed.dialogue/_dense"))
        labels = try DialogueNetwork.labels(settings, model, weights, stem: stem, using: workspace)
    }

    /// How well every label fits after these states.
    func similarities(_ states: [DialogueState], using workspace: Workspace) throws -> [Float] {
        let width = encoders.reduce(0) { $0 + $1.encoder.width }
        var turns = Matrix(rows: states.count, columns: width)
        for (place, state) in (isFullDialogue ? states : states.reversed()).enumerated() {
            var column = 0
            for (attribute, encoder) in encoders {
                if let row = features.row(attribute, of: state) {
                    for (offset, value) in try encoder.row(FeatureSet(sparse: row), using: workspace).values
                        .enumerated()
                    {
                        turns[place, column + offset] = value
                    }
                }
                column += encoder.width
            }
        }
        let latest = isFullDialogue ? states.count - 1 : 0
        var dialogue = Matrix()
        if let transformer {
            try transformer.apply(turns, rows: .only(latest), to: &dialogue, using: workspace)
        } else {
            dialogue = Matrix(rows: 1, columns: width, values: Array(turns.row(latest)))
        }
        gelu(&dialogue, using: workspace)
        return try similarity.scores(of: embedding.apply(dialogue, using: workspace).values, to: labels)
    }

    /// The embeddings of all labels, computed once.
    private static func labels(
        _ settings: PolicySettings, _ model: PreparedModel, _ weights: any WeightSource, stem: String,
        using workspace: Workspace
    ) throws -> Matrix {
        let table = try model.featureArrays(settings.resource, "\(stem).label_data") ?? [:]
        let keys = table.keys.filter { $0.hasPrefix("label_") }
        guard let key = keys.first, keys.count == 1, let arrays = table[key]?["sentence"] else {
            throw PolicyError(
                .unsupported,
                "\(settings.name) has labels of several kinds (\(keys.joined(separator: ", "))), "
                    + "which this version does not serve; train it from stories without bot texts")
        }
        let encoder = try Encoder(weights, key)
        var encoded: Matrix?
        guard case .group(let examples)? = arrays.entries.first?.array else {
            throw PolicyError(.badFiles, "\(settings.name): \(stem).label_data holds no labels")
        }
        for (number, example) in examples.enumerated() {
            let row = try encoder.row(
                try DialogueNetwork.features(of: example, settings.name), using: workspace)
            if encoded == nil { encoded = Matrix(rows: examples.count, columns: row.columns) }
            encoded?.add(row.values, toRow: number)
        }
        let layer = try DenseLayer(weights.scope("embed.label/_dense"))
        return try layer.apply(encoded ?? Matrix(rows: 0, columns: layer.inputs), using: workspace)
    }

    private static func features(of example: FeatureArray, _ policy: String) throws(PolicyError) -> FeatureSet {
        switch example {
        case .group(let turns) where example.matrix == nil && turns.count == 1:
            return try features(of: turns[0], policy)
        case .sparse(let sparse):
            let entries = sparse.values.indices.map {
                (row: Int(sparse.rowIndices[$0]), column: Int(sparse.columnIndices[$0]), value: sparse.values[$0])
            }
            if let matrix = try? SparseMatrix(rows: sparse.rows, columns: sparse.columns, entries: entries) {
                return FeatureSet(sparse: matrix)
            }
        default:
            if let (shape, values) = example.matrix {
                return FeatureSet(dense: Matrix(rows: shape[0], columns: shape[1], values: values))
            }
        }
        throw PolicyError(.badFiles, "\(policy): a label's features have an unknown form")
    }
}
