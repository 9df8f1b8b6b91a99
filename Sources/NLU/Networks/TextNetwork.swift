import ModelArchive
import Tensors
import TextFeatures

/// The network that `DIETClassifier` and `ResponseSelector` share: from the features of a text to one vector per word
/// and one for the whole, and from that to labels. An object, as every message takes a look at its many parts.
final class TextNetwork: Sendable {
    let selection: FeatureSelection
    private let layer: SequenceLayer
    private let embedding: DenseLayer?
    /// The labels; nil if the network finds entities only.
    let labels: LabelRanking?
    /// Whether the vector of the last word stands for the text, not that of the whole. (So it is in the original where
    /// labels are texts.)
    private let usesLastWord: Bool

    /// - Parameter stem: The name of the component's files.
    init(
        _ weights: any WeightSource, _ stem: String, rankingLabels: Bool, settings: NetworkSettings,
        _ context: LoadingContext
    ) throws(LoadError) {
        selection = FeatureSelection(settings.featurizers, among: context.layout)
        usesLastWord = settings.usesTextAsLabel
        let data = rankingLabels ? try LabelData(stem, context) : nil
        do throws(TensorError) {
            let layer = try SequenceLayer(
                weights.scope("sequence_layer.text"), configuration: settings.transformer)
            self.layer = layer
            guard let data else {
                (embedding, labels) = (nil, nil)
                return
            }
            let embedding = try DenseLayer(weights.scope("embed.text/_dense"))
            let vectors = try Self.embed(data, weights, settings)
            guard vectors.columns == embedding.outputs else {
                throw TensorError(.wrongShape, "The vectors of texts and labels have different lengths.")
            }
            self.embedding = embedding
            labels = LabelRanking(names: data.names, embeddings: vectors, settings: settings)
        } catch {
            throw LoadError(.badWeights, "Node \(context.node.name): \(error)")
        }
        try checkWidth(selection.sequenceWidth, layer.combiner.sequence, "token", context)
        try checkWidth(selection.sentenceWidth, layer.combiner.sentence, "sentence", context)
    }

    private func checkWidth(
        _ width: Int, _ layer: SparseDenseConcat, _ kind: String, _ context: LoadingContext
    ) throws(LoadError) {
        let trained = layer.sparse?.inputs ?? 0
        guard width == trained else {
            throw LoadError(
                .badWeights,
                """
                Node \(context.node.name) was trained with \(trained) columns of \(kind) features, but the featurizers \
                before it make \(width).
                """)
        }
    }

    private static func embed(
        _ data: LabelData, _ weights: any WeightSource, _ settings: NetworkSettings
    ) throws(TensorError) -> Matrix {
        let workspace = Workspace()
        var rows: [Matrix] = []
        if settings.usesTextAsLabel {
            let layer = try SequenceLayer(weights.scope("sequence_layer.label"), configuration: settings.transformer)
            for features in data.features {
                var row = Matrix()
                try layer.apply(
                    sequence: features.sequence, sentence: features.sentence, rows: .last, to: &row, using: workspace)
                rows.append(row)
            }
        } else {
            let combiner = try FeatureCombiner(weights.scope("feature_combining_layer.label"))
            let feedForward = try FeedForward(weights.scope("ffnn.label"))
            for features in data.features {
                let combined = try combiner.apply(
                    sequence: features.sequence, sentence: features.sentence, using: workspace)
                var row = combined.sumOfRows()
                try feedForward.apply(&row, using: workspace)
                rows.append(row)
            }
        }
        let stacked = Matrix(rows: rows.count, columns: rows.first?.columns ?? 0, values: rows.flatMap(\.values))
        return try DenseLayer(weights.scope("embed.label/_dense")).apply(stacked, using: workspace)
    }

    /// Computes the vectors of a message into `scratch.rows`.
    ///
    /// - Parameter everyWord: Whether the vectors of all words are needed, not only the one that stands for the text.
    /// - Returns: The row that stands for the text; nil if the message has no features.
    func encode(
        _ message: inout Message, everyWord: Bool, using scratch: Scratch
    ) throws(TensorError) -> Int? {
        guard let features = message.features(for: selection) else { return nil }
        let words = features.sequence?.rows ?? 0
        let total = words + (features.sentence?.rows ?? 0)
        let row = usesLastWord ? max(0, words - 1) : total - 1
        try layer.apply(
            sequence: features.sequence, sentence: features.sentence, rows: everyWord ? .all : .only(row),
            to: &scratch.rows, using: scratch.workspace)
        return everyWord ? row : 0
    }

    /// The labels by falling confidence for the vector in a row of `scratch.rows`.
    ///
    /// - Throws: `TensorError`, or ``ModelFailure`` where an option has no use.
    func rank(row: Int, using scratch: Scratch) throws -> [ScoredIntent] {
        guard let embedding, let labels else { return [] }
        let vector = scratch.rows.row(row)
        let input = Matrix(rows: 1, columns: vector.count, values: Array(vector))
        try embedding.apply(input, to: &scratch.embedded, using: scratch.workspace)
        return try labels.rank(scratch.embedded.values, using: scratch.workspace)
    }
}
