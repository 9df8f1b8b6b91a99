/// The batches of an epoch, as Rasa's data generator makes them.
package struct BatchPlan: Sendable {
    private let options: LearningOptions
    private let examples: [Int32]
    /// The label of each example by its number, for balance; nil where batches are not balanced.
    private let labels: [Int32]?
    /// The examples of this epoch in order; with balance, those of rare labels come repeatedly.
    private var order: [Int32] = []
    private var size = 1

    /// - Parameters:
    ///   - examples: Which examples are gone through.
    ///   - labels: The label of every example, also of those that are not gone through; nil where there is none, or more
    ///     than one, which are never balanced.
    package init(_ options: LearningOptions, examples: [Int32], labels: [Int32]?) {
        self.options = options
        self.examples = examples
        self.labels = options.isBalanced ? labels : nil
    }

    /// Prepares the batches of an epoch, counted from 0.
    package mutating func begin(epoch: Int, using generator: inout some RandomNumberGenerator) {
        begin(epoch: epoch) { generator.shuffle(&$0) }
    }

    /// - Parameter shuffle: Puts the examples, and with balance the labels of each round, in another order.
    mutating func begin(epoch: Int, shuffling shuffle: (inout [Int32]) -> Void) {
        size = options.size(inEpoch: epoch)
        order = examples
        shuffle(&order)
        guard let labels, !order.isEmpty else { return }
        var balance = LabelBalance(order, labels: labels, batch: size)
        order = balance.order(shuffling: shuffle)
    }

    /// The number of batches.
    package var count: Int {
        let (full, rest) = order.count.quotientAndRemainder(dividingBy: size)
        guard options.dropsSmallLastBatch else { return full + (rest > 0 ? 1 : 0) }
        let isLastKept = rest >= (size + 1) / 2
        return max(full + (isLastKept ? 1 : 0), order.isEmpty ? 0 : 1)
    }

    /// The examples of a batch.
    package subscript(batch: Int) -> ArraySlice<Int32> {
        order[batch * size..<min((batch + 1) * size, order.count)]
    }
}

extension LearningOptions {
    /// The examples of a batch in an epoch counted from 0.
    func size(inEpoch epoch: Int) -> Int {
        guard epochs > 1 else { return max(batchSizes.first, 1) }
        let growth = Double(epoch * (batchSizes.last - batchSizes.first)) / Double(epochs - 1)
        return max(Int(Double(batchSizes.first) + growth), 1)
    }
}
