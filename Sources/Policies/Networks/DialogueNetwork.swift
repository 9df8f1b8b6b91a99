import Dialogue
import ExactText
import JSON
import ModelArchive
import Offloading
import PythonSemantics
import Tensors
import TextFeatures

/// The network that TED and UnexpecTED share: turns are encoded, a transformer looks at the dialogue, and the result is
/// compared with every label (Rasa's `TED`, after Vlasov et al., "Dialogue Transformers", 2019).
struct DialogueNetwork: Sendable {
    struct Outcome {
        var similarities: [Float]
        /// The dialogue as one row, before it is compared.
        var dialogue: Matrix
    }

    let usesSoftmax: Bool
    /// Whether it knows what users said, and whether it knows what they meant.
    let hasText: Bool
    let hasIntent: Bool

    private let features: TurnFeatures
    private let isFullDialogue: Bool
    /// Attributes in the order in which a turn's row joins them: user, action, then the rest by name. What a user or
    /// the assistant said stands in the place of what it means, and its row is added to that.
    private let encoders: [(attributes: [(name: String, encoder: AttributeEncoder)], width: Int)]
    private let transformer: Transformer?
    private let embedding: DenseLayer
    private let labels: Matrix
    /// The same in the arithmetic of Rasa's TensorFlow; nil where that is not asked for or not known.
    private let exactLabels: Matrix?
    private let similarity: Similarity

    private static let shape = FileShape.members([
        .possible("featurizers", .list(.text)), .possible("model_confidence", .text),
        .possible("similarity_type", .text), .possible("number_of_attention_heads", .whole),
        .possible("unidirectional_encoder", .truth),
    ])

    /// Reads a network from the files of `<stem>`; nil where there was nothing to train.
    ///
    /// - Parameters:
    ///   - featurizer: What makes features of texts and names; nil where the policy looks at names only.
    ///   - isExact: Whether ``exactSimilarities(_:using:)`` is wanted.
    init?(
        _ settings: PolicySettings, _ model: PreparedModel, stem: String, featurizer: TextFeaturizer?,
        isExact: Bool = false, using workspace: Workspace
    ) throws {
        guard let weights = model.weights(settings.resource, stem) else { return nil }
        let net = try model.json(settings.resource, "\(stem).meta.json", Self.shape) ?? [:]
        let known =
            try model.json(
                settings.resource, "\(stem).fake_features_metadata.json", .map(.list(.map(.anything))))?.object ?? [:]
        let attributes = Set(known.keys)
        guard featurizer != nil || attributes.isDisjoint(with: ["text", "action_text"]) else {
            throw PolicyError(.badFiles, "\(settings.name) was trained on texts, but has no node that featurizes them")
        }
        hasText = attributes.contains("text")
        hasIntent = attributes.contains("intent")
        features = TurnFeatures(
            settings.featurizer, texts: featurizer,
            featurizers: try ComponentOptions(node: settings.name, values: net.object ?? [:]).names("featurizers"))
        isFullDialogue = settings.isFullDialogue
        usesSoftmax = net["model_confidence"]?.string == "softmax"
        similarity = net["similarity_type"]?.string.flatMap(Similarity.init) ?? .inner
        let heads = net["number_of_attention_heads"]?.int ?? 4
        let texts = TransformerConfiguration(
            heads: heads, unidirectional: net["unidirectional_encoder"]?.isPythonTrue ?? false)
        let first = [["intent", "text"], ["action_name", "action_text"]].map { $0.filter { attributes.contains($0) } }
        let rest = attributes.subtracting(Set<ExactString>(first.joined())).sorted().map { [$0.string] }
        encoders = try (first + rest).filter { !$0.isEmpty }.map { names in
            let group = try names.map { (name: $0, encoder: try AttributeEncoder(weights, $0, texts: texts)) }
            return (group, group.map(\.encoder.width).max() ?? 0)
        }
        let configuration = TransformerConfiguration(heads: heads, unidirectional: isFullDialogue)
        let place = weights.scope("transformer.dialogue")
        transformer =
            try Transformer.exists(in: place) ? Transformer(place, configuration: configuration) : nil
        embedding = try DenseLayer(weights.scope("embed.dialogue/_dense"))
        labels = try DialogueNetwork.labels(settings, model, weights, stem: stem, texts, using: workspace)
        let hasExactForm = !isFullDialogue && similarity == .inner && transformer?.hasExactForm ?? true
        exactLabels =
            isExact && hasExactForm
            ? try DialogueNetwork.exactLabels(settings, model, weights, stem: stem, texts, using: workspace) : nil
    }

    /// How well every label fits after these states.
    func outcome(_ states: [DialogueState], using workspace: Workspace) throws -> Outcome {
        // Nothing has happened yet.
        let states = states.isEmpty ? [DialogueState()] : Array(states.suffix(Self.maxStates))
        let width = encoders.reduce(0) { $0 + $1.width }
        var turns = Matrix(rows: states.count, columns: width)
        for (place, state) in (isFullDialogue ? states : states.reversed()).enumerated() {
            try Checkpoint.pass()
            var column = 0
            for (attributes, width) in encoders {
                for (attribute, encoder) in attributes {
                    guard let row = features.features(attribute, of: state) else { continue }
                    for (offset, value) in try encoder.row(row, using: workspace).values.enumerated() {
                        turns[place, column + offset] += value
                    }
                }
                column += width
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
        let scores = try similarity.scores(of: embedding.apply(dialogue, using: workspace).values, to: labels)
        return Outcome(similarities: scores, dialogue: dialogue)
    }

    /// How well every label fits after these states in the arithmetic of Rasa's TensorFlow, bit for bit; nil where that
    /// is not known.
    func exactSimilarities(_ states: [DialogueState], using workspace: Workspace) throws -> [Float]? {
        guard let exactLabels else { return nil }
        let states = states.isEmpty ? [DialogueState()] : states
        let width = encoders.reduce(0) { $0 + $1.width }
        var turns = Matrix(rows: states.count, columns: width)
        var column = 0
        for (attributes, width) in encoders {
            for (attribute, encoder) in attributes {
                // The latest turn comes first.
                let present = states.reversed().enumerated().compactMap { place, state in
                    features.features(attribute, of: state).map { (place: place, features: $0) }
                }
                let rows = present.map(\.features)
                guard !rows.isEmpty else { continue }
                guard let encoded = try encoder.exactRows(rows, .inGraph, using: workspace) else { return nil }
                for (row, turn) in present.enumerated() {
                    for offset in 0..<encoded.columns { turns[turn.place, column + offset] += encoded[row, offset] }
                }
            }
            column += width
        }
        if let transformer { turns = try transformer.applyExactly(turns, using: workspace) }
        var dialogue = Matrix(rows: 1, columns: turns.columns, values: Array(turns.row(0)))
        applyExactly(.inGraph, to: &dialogue, using: workspace)
        let embedded = try embedding.applyExactly(dialogue, using: workspace)
        return try exactLabels.exactProducts(with: embedded.values)
    }

    /// The embeddings of all labels as Rasa computes them once, outside of its graph.
    private static func exactLabels(
        _ settings: PolicySettings, _ model: PreparedModel, _ weights: any WeightSource, stem: String,
        _ texts: TransformerConfiguration, using workspace: Workspace
    ) throws -> Matrix? {
        let kinds = try LabelFeatures(settings, model, stem: stem).kinds
        guard kinds.count == 1, let (kind, labels) = kinds.first else { return nil }
        let features = labels.compactMap(\.self)
        guard features.count == labels.count,
            let rows = try AttributeEncoder(weights, kind, texts: texts).exactRows(
                features, .outsideOfGraph, using: workspace)
        else { return nil }
        return try DenseLayer(weights.scope("embed.label/_dense")).applyExactly(rows, using: workspace)
    }
    /// The work of a transformer grows with the square of the dialogue's length.
    private static let maxStates = 4096

    /// The rows of the last message's words and text; nil where the states end without a text.
    func textRows(_ states: [DialogueState], using workspace: Workspace) throws -> Matrix? {
        guard let state = states.last, let found = features.features("text", of: state) else { return nil }
        let encoders = encoders.flatMap(\.attributes)
        return try encoders.first { $0.name == "text" }?.encoder.textRows(found, using: workspace)
    }

    /// The embeddings of all labels, computed once.
    private static func labels(
        _ settings: PolicySettings, _ model: PreparedModel, _ weights: any WeightSource, stem: String,
        _ texts: TransformerConfiguration, using workspace: Workspace
    ) throws -> Matrix {
        var encoded: Matrix?
        for (kind, labels) in try LabelFeatures(settings, model, stem: stem).kinds {
            let encoder = try AttributeEncoder(weights, kind, texts: texts)
            for (number, features) in labels.enumerated() {
                guard let features else { continue }
                let row = try encoder.row(features, using: workspace)
                if encoded == nil { encoded = Matrix(rows: labels.count, columns: row.columns) }
                encoded?.add(row.values, toRow: number)
            }
        }
        let layer = try DenseLayer(weights.scope("embed.label/_dense"))
        return try layer.apply(encoded ?? Matrix(rows: 0, columns: layer.inputs), using: workspace)
    }
}
