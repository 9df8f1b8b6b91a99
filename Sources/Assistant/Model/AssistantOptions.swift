/// How an assistant runs, beside what its model says.
public struct AssistantOptions: Sendable, Hashable {
    /// How many actions may follow one message (`MAX_NUMBER_OF_PREDICTIONS`); the turn ends there.
    public var maxPredictions: Int
    /// Whether a model with unknown components is loaded without them.
    public var allowMissingComponents: Bool

    /// Rasa's defaults.
    public init(maxPredictions: Int = 10, allowMissingComponents: Bool = false) {
        self.maxPredictions = maxPredictions
        self.allowMissingComponents = allowMissingComponents
    }
}
