import Testing

@testable import Networks

@Suite("The best evaluation")
struct BestWeightsTests {
    private func improvements(_ evaluations: [[(name: String, value: Float)]]) -> [Bool] {
        var best = BestWeights()
        return evaluations.map { best.improves($0) }
    }

    @Test("is one where no accuracy is lower, and one is higher")
    func improvements() {
        let evaluations: [[(name: String, value: Float)]] = [
            [("t_loss", 9), ("i_acc", 0.5), ("e_f1", 0.5)], [("t_loss", 1), ("i_acc", 0.5), ("e_f1", 0.5)],
            [("t_loss", 1), ("i_acc", 0.9), ("e_f1", 0.4)], [("t_loss", 9), ("i_acc", 0.5), ("e_f1", 0.6)],
            [("t_loss", 9), ("i_acc", 0.6), ("e_f1", 0.6)], [("t_loss", 9), ("i_acc", 0.5), ("e_f1", 0.6)],
        ]
        #expect(improvements(evaluations) == [true, false, false, true, true, false])
    }

    @Test("is not one without a number")
    func notNumbers() {
        #expect(improvements([[("acc", 0.2)], [("acc", .nan)], [("acc", 0.3)]]) == [true, false, true])
    }

    @Test("is what is left in the end, with Adam's moments and steps, of texts")
    func texts() throws {
        func train(epochs: Int, best: Bool, _ report: (EpochReport) -> Void = { _ in }) throws -> TrainedNetwork {
            var options = ToyTexts.options
            options.learning.heldBack = 8
            options.learning.evaluatesEvery = 1
            options.learning.keepsBest = best
            options.learning.epochs = epochs
            options.learning.batchSizes = BatchSizes(first: 16, last: 16)
            return try TextNetworkTrainer(options, ToyTexts().examples).train {
                report($0)
                return true
            }
        }
        try check(train)
    }

    @Test("is what is left in the end, with Adam's moments and steps, of dialogues")
    func dialogues() throws {
        func train(epochs: Int, best: Bool, _ report: (EpochReport) -> Void = { _ in }) throws -> TrainedNetwork {
            var options = ToyDialogues.options
            options.learning.heldBack = 20
            options.learning.evaluatesEvery = 1
            options.learning.keepsBest = best
            options.learning.epochs = epochs
            options.learning.batchSizes = BatchSizes(first: 16, last: 16)
            return try DialogueNetworkTrainer(options, ToyDialogues().examples).train {
                report($0)
                return true
            }
        }
        try check(train)
    }

    /// A training that keeps the best gives what one gives that ends with the best.
    private func check(
        _ train: (_ epochs: Int, _ best: Bool, _ report: (EpochReport) -> Void) throws -> TrainedNetwork
    ) throws {
        var best = BestWeights()
        var (bestEpoch, steps): (Int, Int64) = (0, 0)
        let kept = try train(10, true) { report in
            if best.improves(report.heldBackFigures) { (bestEpoch, steps) = (report.epoch, report.steps) }
        }
        #expect(kept.isBest && kept.steps == steps)
        #expect(bestEpoch < 10, "the last epoch is the best, and nothing is shown")
        let ended = try train(bestEpoch, false) { _ in }
        #expect(!ended.isBest && ended.steps == steps)
        #expect(kept.variables.map(\.values) == ended.variables.map(\.values))
        #expect(kept.variables.map(\.firstMoments) == ended.variables.map(\.firstMoments))
        #expect(kept.variables.map(\.secondMoments) == ended.variables.map(\.secondMoments))
    }
}
