/// What trains a network.
package protocol NetworkTrainer: Sendable {
    /// Trains.
    ///
    /// - Parameter isWanted: Is told of every epoch; returns false to end with `.cancelled`.
    func train(
        _ monitor: LearningMonitor, report isWanted: (EpochReport) -> Bool
    ) throws(NetworkTrainingError) -> TrainedNetwork
}

extension NetworkTrainer {
    package func train(report isWanted: (EpochReport) -> Bool) throws(NetworkTrainingError) -> TrainedNetwork {
        try train(LearningMonitor(), report: isWanted)
    }
}

/// What is looked at while a network learns, besides the reports of epochs.
package struct LearningMonitor {
    /// Is told of every batch, counted from 1, and the means over the batches of its epoch so far; nil where nobody asks.
    package var batch: ((_ batch: Int, _ figures: [(name: String, value: Float)]) -> Void)?
    /// Is shown the weights after every epoch, counted from 1; nil where nobody asks.
    package var weights: ((_ epoch: Int, _ weights: NetworkWeights) -> Void)?

    package init() {}
}
