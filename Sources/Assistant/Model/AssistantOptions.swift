/// How an assistant runs, beside what its model says.
package struct AssistantOptions: Sendable, Hashable {
    /// How many actions may follow one message (`MAX_NUMBER_OF_PREDICTIONS`); the turn ends there.
    package var maxPredictions: Int
    /// Whether a model with unknown components is loaded without them.
    package var allowMissingComponents: Bool

    /// Rasa's defaults.
    package init(maxPredictions: Int = 10, allowMissingComponents: Bool = false) {
        self.maxPredictions = maxPredictions
        self.allowMissingComponents = allowMissingComponents
    }
}
