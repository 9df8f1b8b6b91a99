import Glibc
import JSON
import ModelArchive
import TextFeatures

/// Finds the intent by a weighted sum of the text's features per intent (Rasa's `LogisticRegressionClassifier`).
struct LogisticRegressionClassifier: Component {
    private struct Weights: Sendable {
        let intents: [String]
        let columns: Int
        /// The weights of all sums of each column, one column after the other.
        let coefficients: [Double]
        let intercepts: [Double]
    }

    /// Nil if there was nothing to train.
    private let weights: Weights?
    private let options: ComponentOptions
    private let rankingLength: Int?
    /// Whether each intent was learned against all others, instead of all at once.
    private let isOneAgainstRest: Bool

    init(_ context: inout LoadingContext) throws(LoadError) {
        options = context.options
        rankingLength = options.limit("ranking_length", default: 10)
        isOneAgainstRest = options["solver"] == "liblinear"
        weights = try Self.read(context)
    }

    private static func read(_ context: LoadingContext) throws(LoadError) -> Weights? {
        let file = (context.node.resource ?? "") + ".skops"
        guard let bytes = context.bytes(file) else { return nil }
        guard let zip = StoredZip(bytes), let schema = zip["schema.json"],
            let fields = (try? JSON(parsing: Array(schema)))?["content"]?["content"]
        else { throw context.bad(file, "is not a file of the format skops") }
        func array(_ name: String) -> NumPyArray? {
            fields[name]?["file"]?.string.flatMap { zip[$0] }.flatMap { NumPyArray($0) }
        }
        guard let coefficients = array("coef_"), let intercepts = array("intercept_")?.numbers,
            let intents = array("classes_")?.texts, let numbers = coefficients.numbers, coefficients.shape.count == 2
        else { throw context.bad(file, "has no logistic regression") }
        let (rows, columns) = (coefficients.shape[0], coefficients.shape[1])
        let layout = context.layout.reduce(0) { $0 + $1.sentence }
        guard intents.count >= 2, rows == (intents.count == 2 ? 1 : intents.count), intercepts.count == rows,
            columns == layout
        else {
            throw LoadError(
                .badWeights,
                """
                Node \(context.node.name): \(file) has \(rows) rows of \(columns) weights, but there are \
                \(intents.count) intents and \(layout) columns of features.
                """)
        }
        let transposed = (0..<columns).flatMap { column in (0..<rows).map { numbers[$0 * columns + column] } }
        return Weights(intents: intents, columns: columns, coefficients: transposed, intercepts: intercepts)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard let rankingLength else {
            message.failure = ModelFailure(options, "ranking_length", "a whole number")
            return
        }
        let ranking = weights.flatMap { rank(message.features, $0) } ?? []
        message.intent = ranking.first ?? ScoredIntent(name: nil, confidence: 0)
        message.ranking = rankingLength > 0 ? Array(ranking.prefix(rankingLength)) : ranking
        message.note(.ranking)
    }

    /// The intents by falling confidence; nil where features are missing, as of an empty text, where Rasa fails.
    private func rank(_ blocks: [FeatureBlock], _ weights: Weights) -> [ScoredIntent]? {
        let rows = weights.intercepts.count
        var sums = [Double](repeating: 0, count: rows)
        var offset = 0
        for sentence in blocks.compactMap(\.sentence) {
            guard offset + sentence.columns <= weights.columns else { return nil }
            for place in sentence.indices.indices {
                let column = (offset + Int(sentence.indices[place])) * rows
                let value = Double(sentence.values[place])
                for row in 0..<rows { sums[row] += value * weights.coefficients[column + row] }
            }
            offset += sentence.columns
        }
        guard offset == weights.columns else { return nil }
        for row in 0..<rows { sums[row] += weights.intercepts[row] }
        let confidences = probabilities(sums)
        let order = confidences.indices.sorted { (confidences[$1], $0) < (confidences[$0], $1) }
        return order.map { ScoredIntent(name: weights.intents[$0], confidence: confidences[$0]) }
    }

    private func probabilities(_ sums: [Double]) -> [Double] {
        func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        if sums.count == 1 {
            let second = logistic(sums[0])
            return [1 - second, second]
        }
        let highest = sums.max() ?? 0
        let parts = isOneAgainstRest ? sums.map(logistic) : sums.map { exp($0 - highest) }
        let whole = parts.reduce(0, +)
        return parts.map { $0 / whole }
    }
}
