/// How a network learns, whatever its shape: the options that DIET, response selectors, TED and UnexpecTED share.
package struct LearningOptions: Sendable, Hashable {
    /// How many times all examples are gone through (`epochs`).
    package var epochs = 300
    package var batchSizes = BatchSizes(first: 64, last: 256)
    /// Whether rare labels are repeated so that each batch has its share of all (`batch_strategy: balanced`).
    package var isBalanced = true
    /// Whether a last batch of less than half the size is left out (`drop_small_last_batch`).
    package var dropsSmallLastBatch = false
    /// The step width of Adam (`learning_rate`).
    package var learningRate: Float = 0.001
    /// Where the random numbers begin (`random_seed`); nil takes the system's.
    package var seed: UInt64?
    /// λ of λ Σ w² over the regularized kernels (`regularization_constant`).
    package var regularization: Float = 0.002
    /// How often the examples held back are looked at, in epochs (`evaluate_every_number_of_epochs`); -1 for the end.
    package var evaluatesEvery = 20
    /// How many examples are held back to look at the network's progress (`evaluate_on_number_of_examples`).
    package var heldBack = 0
    /// Whether the weights of the best evaluation are kept instead of the last ones (`checkpoint_model`).
    package var keepsBest = false
    /// How many threads compute the chunks of a batch; the result does not depend on it.
    package var threads = 1

    package init() {}

    /// Whether the examples held back are looked at after an epoch, counted from 0.
    func evaluates(after epoch: Int) -> Bool {
        evaluatesEvery > 0 ? (epoch + 1) % evaluatesEvery == 0 : epoch + 1 == epochs
    }
}

/// The examples of a batch in the first and in the last epoch; between them it grows in a straight line (`batch_size`).
package struct BatchSizes: Sendable, Hashable {
    package var first: Int
    package var last: Int

    package init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }
}
