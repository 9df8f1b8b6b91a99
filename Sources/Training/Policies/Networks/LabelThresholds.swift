import Networks

/// From which similarity on an intent is no surprise (UnexpecTED's `label_quantiles`).
struct LabelThresholds {
    /// By the id of each intent that stories have: for every tolerance from 0 in steps of 5 %, the threshold.
    let quantiles: [Int: [Float]]

    /// For each intent the examples in which it does not follow are sorted by similarity; at a tolerance of 0 the
    /// highest of them is the threshold, at 0.05 one that 5 % of them surpass, and so on. But no example in which the
    /// intent does follow lies below.
    ///
    /// - Parameters:
    ///   - examples: What follows in each.
    ///   - similarities: Of each example to every intent.
    init(_ examples: [DialogueExample], _ similarities: [[Float]]) {
        var quantiles: [Int: [Float]] = [:]
        for label in Set(examples.flatMap(\.labels)) {
            var lowest = Float.infinity
            var others: [Float] = []
            for (example, scores) in zip(examples, similarities) {
                let score = scores[Int(label)]
                if example.labels.contains(label) {
                    lowest = min(lowest, score)
                } else {
                    others.append(score)
                }
            }
            others.sort()
            quantiles[Int(label)] = (0..<20).map { step in
                // As NumPy takes the quantile with the interpolation `lower`.
                let share = 1 - Double(step * 5) / 100
                let place = Int((Double(others.count - 1) * share).rounded(.down))
                let bound = others.isEmpty ? lowest : min(lowest, others[max(0, place)])
                return bound - Self.leeway * max(1, abs(bound))
            }
        }
        self.quantiles = quantiles
    }

    /// The similarity of an example computed alone differs in its last bits from that computed in a batch, and none may
    /// surprise by missing its own score.
    private static let leeway: Float = 2e-6
}
