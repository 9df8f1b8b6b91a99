import Testing

@testable import Networks

@Suite("Who looks on while a network learns")
struct LearningMonitorTests {
    /// What was told, in its order.
    private final class Told {
        var batches: [Int] = []
        var ends: [Int] = []
        var latest: [String: Float] = [:]
    }

    private func check(_ trainer: some NetworkTrainer) throws {
        let told = Told()
        var monitor = LearningMonitor()
        monitor.batch = { batch, figures in
            told.batches.append(batch)
            told.latest = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.value) })
        }
        let network = try trainer.train(monitor) { report in
            #expect(Int(report.steps) == told.batches.count)
            // The means over all batches of an epoch are the epoch's.
            #expect(Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) }) == told.latest)
            told.ends.append(told.batches.count)
            return true
        }
        #expect(told.batches == Array(1...Int(network.steps)))
        #expect(told.ends.count == 3 && told.ends[0] > 1)
    }

    @Test("is told of every batch of texts")
    func texts() throws {
        var options = ToyTexts.options
        options.learning.epochs = 3
        try check(TextNetworkTrainer(options, ToyTexts().examples))
    }

    @Test("is told of every batch of dialogues")
    func dialogues() throws {
        var options = ToyDialogues.options
        options.learning.epochs = 3
        try check(DialogueNetworkTrainer(options, ToyDialogues().examples))
    }
}
