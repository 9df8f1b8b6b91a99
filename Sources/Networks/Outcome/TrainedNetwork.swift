/// A network that has learned.
package struct TrainedNetwork: Sendable {
    /// All that its checkpoint holds, sorted by path.
    package var variables: [NetworkVariable]
    /// The steps that Adam has made.
    package var steps: Int64
    /// Whether these are the weights of the best evaluation, and not those of the end (`checkpoint_model`).
    package var isBest: Bool

    package init(variables: [NetworkVariable], steps: Int64, isBest: Bool = false) {
        self.variables = variables
        self.steps = steps
        self.isBest = isBest
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
