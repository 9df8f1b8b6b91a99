/// How much less counts what is learned already (Rasa's `scale_loss`): ((1 - p) / 0.5)⁴ for a likelihood p, as soon as
/// one likelihood of the batch is above one half. It is a constant to the gradient.
package struct LossScale: Sendable {
    private let isActive: Bool

    /// - Parameter highest: The highest likelihood of the batch; nil if losses are not scaled.
    package init(highest: Float?) {
        isActive = (highest ?? 0) > 0.5
    }

    /// The factor for a likelihood.
    package func callAsFunction(_ likelihood: Float) -> Float {
        guard isActive else { return 1 }
        let share = (1 - likelihood) / 0.5
        return (share * share) * (share * share)
    }
}
