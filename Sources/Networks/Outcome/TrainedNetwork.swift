/// A network that has learned.
package struct TrainedNetwork: Sendable {
    /// All that its checkpoint holds, sorted by path.
    package var variables: [NetworkVariable]
    /// The steps that Adam has made.
    package var steps: Int64

    package init(variables: [NetworkVariable], steps: Int64) {
        self.variables = variables
        self.steps = steps
    }
}

/// One tensor by its path in a checkpoint, as readers of archives name it: `embed.text/_dense/kernel`.
package struct NetworkVariable: Sendable {
    package var path: String
    package var shape: [Int]
    /// `shape`'s product of numbers, row-major.
    package var values: [Float]
    /// Adam's moments, of the same shape; empty where nothing is learned, as of masks.
    package var firstMoments: [Float]
    package var secondMoments: [Float]

    package init(
        path: String, shape: [Int], values: [Float], firstMoments: [Float] = [], secondMoments: [Float] = []
    ) {
        self.path = path
        self.shape = shape
        self.values = values
        self.firstMoments = firstMoments
        self.secondMoments = secondMoments
    }
}

/// What an epoch brought, averaged over its batches as Rasa's log has it.
package struct EpochReport: Sendable, Hashable {
    /// Counted from 1.
    package var epoch: Int
    package var epochs: Int
    /// Names and numbers in Rasa's order: `t_loss`, `i_acc`, `e_f1` and so on; those of the examples held back begin
    /// with `val_`.
    package var figures: [(name: String, value: Float)] {
        zip(names, values).map { (name: $0, value: $1) }
    }
    private var names: [String]
    private var values: [Float]

    package init(epoch: Int, epochs: Int, figures: [(name: String, value: Float)]) {
        self.epoch = epoch
        self.epochs = epochs
        names = figures.map(\.name)
        values = figures.map(\.value)
    }
}

/// Why a training ended early.
package enum NetworkTrainingError: Error, Sendable, Hashable {
    /// The loss is no number any more; the epoch counts from 1.
    case notFinite(epoch: Int)
    /// It was told to end.
    case cancelled
    /// The weights to go on from do not fit: which, and what is expected.
    case unfit(String)
    /// The examples do not allow what an option asks for: which, and what is expected.
    case unsuited(String)
}
