import JSON
import TextFeatures

/// Replaces an intent that is not clear enough by `nlu_fallback` (Rasa's `FallbackClassifier`).
struct FallbackClassifier: Component {
    private static let intent = "nlu_fallback"
    private let options: ComponentOptions
    private let threshold: Double?
    private let ambiguityThreshold: Double?

    init(_ context: inout LoadingContext) { self.init(context.options) }

    init(_ options: ComponentOptions) {
        self.options = options
        threshold = options.operand("threshold", default: 0.3)
        ambiguityThreshold = options.operand("ambiguity_threshold", default: 0.1)
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        do throws(ModelFailure) {
            guard let confidence = try fallback(from: message) else { return }
            var fallback = ScoredIntent(name: Self.intent, confidence: confidence)
            if case .bool = options["threshold"] { fallback.written = options["threshold"] }
            message.intent = fallback
            // Does not make the ranking a part of the response where no other component did.
            message.ranking = [fallback] + (message.ranking ?? [])
        } catch {
            message.failure = error
        }
    }

    /// The confidence of the fallback; nil where the intent is clear enough.
    private func fallback(from message: Message) throws(ModelFailure) -> Double? {
        guard let threshold else { throw ModelFailure(options, "threshold", "a number") }
        if message.intent?.confidence ?? 0 < threshold { return threshold }
        guard let ranking = message.ranking, ranking.count >= 2 else { return nil }
        guard let ambiguityThreshold else { throw ModelFailure(options, "ambiguity_threshold", "a number") }
        return ranking[0].confidence - ranking[1].confidence < ambiguityThreshold ? threshold : nil
    }
}
