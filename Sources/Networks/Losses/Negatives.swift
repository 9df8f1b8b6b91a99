/// What each example of a batch is held against: rows of the batch and of all labels, drawn evenly and with repeats.
///
/// Of dialogues with a label after each turn, Rasa draws from the padding of shorter ones too; here are only turns.
package struct Negatives: Sendable {
    /// For each example.
    package private(set) var count: Int
    /// Rows of the batch, `count` for each example.
    package private(set) var inputs: [Int32]
    /// Rows of the labels, likewise.
    package private(set) var labels: [Int32]

    package init(count: Int, inputs: [Int32] = [], labels: [Int32] = []) {
        self.count = count
        self.inputs = inputs
        self.labels = labels
    }

    /// Draws anew for a batch.
    package mutating func draw(examples: Int, labels rows: Int, using generator: inout some RandomNumberGenerator) {
        Self.draw(&inputs, examples * count, below: examples, using: &generator)
        Self.draw(&labels, examples * count, below: rows, using: &generator)
    }

    private static func draw(
        _ drawn: inout [Int32], _ count: Int, below bound: Int, using generator: inout some RandomNumberGenerator
    ) {
        drawn.removeAll(keepingCapacity: true)
        for _ in 0..<count { drawn.append(Int32(generator.below(bound))) }
    }
}
