/// How well tags are told, as Rasa's log has it: F1 over all tags but 0, of one sum of hits and misses since the epoch's
/// begin; what an epoch reports is the mean of what each of its batches left behind.
package struct TagScore: Sendable {
    private var (hits, wrong, missed) = (0, 0, 0)

    package init() {}

    package mutating func add(predicted: Int32, actual: Int32) {
        if predicted == actual {
            if actual != 0 { hits += 1 }
        } else {
            if predicted != 0 { wrong += 1 }
            if actual != 0 { missed += 1 }
        }
    }

    /// Adds the counts of another.
    package mutating func add(_ other: TagScore) {
        hits += other.hits
        wrong += other.wrong
        missed += other.missed
    }

    package var f1: Float {
        guard hits > 0 else { return 0 }
        let precision = Float(hits) / Float(hits + wrong)
        let recall = Float(hits) / Float(hits + missed)
        return 2 * precision * recall / (precision + recall)
    }
}
