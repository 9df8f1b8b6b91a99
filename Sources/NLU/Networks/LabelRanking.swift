import Tensors
import TextFeatures

/// The labels of a network as vectors, and how a text's vector is compared with them.
struct LabelRanking: Sendable {
    let names: [String]
    /// One row per label; of length 1 each if the similarity is the cosine.
    private let embeddings: Matrix
    private let similarity: Similarity
    private let usesSoftmax: Bool
    /// Labels that are reported, 0 for all; nil where Rasa fails to cut the ranking.
    private let length: Int?
    private let options: ComponentOptions
    private let renormalizes: Bool

    init(names: [String], embeddings: Matrix, settings: NetworkSettings) {
        self.names = names
        similarity = settings.similarity
        usesSoftmax = settings.usesSoftmax
        options = settings.options
        length = options.limit("ranking_length", default: 10, among: names.count)
        renormalizes = settings.renormalizes && settings.usesSoftmax
        guard settings.similarity == .cosine else {
            self.embeddings = embeddings
            return
        }
        let values = (0..<embeddings.rows).flatMap { Self.normalized(Array(embeddings.row($0))) }
        self.embeddings = Matrix(rows: embeddings.rows, columns: embeddings.columns, values: values)
    }

    var width: Int { embeddings.columns }

    /// The labels by falling confidence in a text of this vector.
    ///
    /// - Throws: ``ModelFailure`` where the option `ranking_length` has no use.
    func rank(_ vector: [Float], using workspace: Workspace) throws(ModelFailure) -> [ScoredIntent] {
        guard let length else { throw ModelFailure(options, "ranking_length", "a whole number") }
        let vector = similarity == .cosine ? Self.normalized(vector) : vector
        var scores = [Float](repeating: 0, count: names.count)
        embeddings.values.withUnsafeBufferPointer { labels in
            vector.withUnsafeBufferPointer { vector in
                for label in scores.indices {
                    var product: Float = 0
                    for place in vector.indices { product += vector[place] * labels[label * vector.count + place] }
                    scores[label] = product
                }
            }
        }
        if usesSoftmax { softmax(&scores, using: workspace) }
        // As a stable ascending sort turned round: of equal confidences the last label comes first.
        var order = scores.indices.sorted { (scores[$0], $0) > (scores[$1], $1) }
        if length > 0, length < order.count {
            order.removeLast(order.count - length)
            let sum = renormalizes ? order.reduce(Float(0)) { $0 + scores[$1] } : 0
            if sum > 0 { for label in order { scores[label] /= sum } }
        }
        return order.map { ScoredIntent(name: names[$0], confidence: Double(scores[$0])) }
    }

    private static func normalized(_ vector: [Float]) -> [Float] {
        let length = max(vector.reduce(Float(0)) { $0 + $1 * $1 }, 1e-12).squareRoot()
        return vector.map { $0 / length }
    }
}
