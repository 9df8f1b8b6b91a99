/// The weights of the best evaluation so far (`checkpoint_model`): one is better where no figure of accuracy is lower
/// than the best so far, and one is higher. What Adam remembers of them is kept too, so that learning can go on there.
struct BestWeights {
    private var best: [String: Float] = [:]
    private var kept: NetworkWeights.Snapshot?

    /// Whether the figures are better than all before.
    mutating func improves(_ figures: [(name: String, value: Float)]) -> Bool {
        let counted = figures.filter { $0.name == "acc" || $0.name.hasSuffix("_acc") || $0.name.hasSuffix("_f1") }
        guard !best.isEmpty else {
            for figure in counted { best[figure.name] = figure.value }
            return true
        }
        guard counted.allSatisfy({ $0.value >= best[$0.name] ?? 0 }) else { return false }
        let better = counted.filter { $0.value > best[$0.name] ?? 0 }
        for figure in better { best[figure.name] = figure.value }
        return !better.isEmpty
    }

    mutating func keep(_ weights: NetworkWeights) { kept = weights.snapshot() }

    /// Puts the best weights back, if any were kept.
    ///
    /// - Returns: Whether there were.
    func restore(_ weights: NetworkWeights) -> Bool {
        guard let kept else { return false }
        weights.restore(kept)
        return true
    }
}
