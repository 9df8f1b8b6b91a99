/// Puts examples in an order where every stretch of a batch's length has about its share of each label (Rasa's
/// `balanced_data`).
struct LabelBalance {
    /// The examples of each label, in the order of the labels.
    private var byLabel: [[Int32]]
    /// How many of each label are taken at a time.
    private let shares: [Int]
    private var next: [Int]
    /// How often the examples of a label have been gone through.
    private var rounds: [Int]
    private var isSkipped: [Bool]

    init(_ examples: [Int32], labels: [Int32], batch: Int) {
        var groups: [Int32: [Int32]] = [:]
        for example in examples { groups[labels[Int(example)], default: []].append(example) }
        byLabel = groups.sorted { $0.key < $1.key }.map(\.value)
        shares = byLabel.map { Int(Double($0.count) / Double(examples.count) * Double(batch)) + 1 }
        next = Array(repeating: 0, count: byLabel.count)
        rounds = next
        isSkipped = Array(repeating: false, count: byLabel.count)
    }

    /// Visits labels in random order until each has been gone through; a label that was, is left out every other time.
    ///
    /// - Parameter shuffle: Puts the labels in the order of the next round.
    mutating func order(shuffling shuffle: (inout [Int32]) -> Void) -> [Int32] {
        var (order, waiting) = ([Int32](), byLabel.count)
        var visits = Array(0..<Int32(byLabel.count))
        while waiting > 0 {
            shuffle(&visits)
            for label in visits.lazy.map(Int.init) {
                if rounds[label] > 0, !isSkipped[label] {
                    isSkipped[label] = true
                    continue
                }
                isSkipped[label] = false
                let end = next[label] + shares[label]
                order.append(contentsOf: byLabel[label][next[label]..<min(end, byLabel[label].count)])
                next[label] = end
                guard end >= byLabel[label].count else { continue }
                if rounds[label] == 0 { waiting -= 1 }
                rounds[label] += 1
                next[label] = 0
                if waiting == 0 { break }
            }
        }
        return order
    }
}
