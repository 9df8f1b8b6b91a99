/// Replaces an intent that is not clear enough by `nlu_fallback` (Rasa's `FallbackClassifier`).
struct FallbackClassifier: Component {
    private static let intent = "nlu_fallback"
    private let threshold: Double
    private let ambiguityThreshold: Double

    init(_ context: inout LoadingContext) throws(LoadError) {
        threshold = try context.settings.number("threshold", default: 0.3)
        ambiguityThreshold = try context.settings.number("ambiguity_threshold", default: 0.1)
    }

    /// A classifier with thresholds.
    init(threshold: Double, ambiguityThreshold: Double) {
        self.threshold = threshold
        self.ambiguityThreshold = ambiguityThreshold
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        guard fallsBack(message) else { return }
        let fallback = ScoredIntent(name: Self.intent, confidence: threshold)
        message.intent = fallback
        // Does not make the ranking a part of the answer where no other component did.
        message.ranking = [fallback] + (message.ranking ?? [])
    }

    private func fallsBack(_ message: Message) -> Bool {
        if message.intent?.confidence ?? 0 < threshold { return true }
        guard let ranking = message.ranking, ranking.count >= 2 else { return false }
        return ranking[0].confidence - ranking[1].confidence < ambiguityThreshold
    }
}
