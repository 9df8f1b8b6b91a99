import Testing

@testable import Networks

@Suite("Who looks on while a network learns")
struct LearningMonitorTests {
    /// What was told, in its order.
    private final class Told {
        var batches: [Int] = []
        var ends: [Int] = []
        var weights: [Int: [[Float]]] = [:]
        var latest: [String: Float] = [:]
    }

    private func check(_ trainer: some NetworkTrainer) throws {
        let told = Told()
        var monitor = LearningMonitor()
        monitor.batch = { batch, figures in
            told.batches.append(batch)
            told.latest = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.value) })
        }
        monitor.weights = { epoch, weights in
            var (paths, values): ([String], [[Float]]) = ([], [])
            weights.forEachVariable { path, numbers in
                paths.append(path)
                values.append(numbers)
            }
            #expect(paths == weights.paths)
            told.weights[epoch] = zip(paths, values).sorted { $0.0 < $1.0 }.map(\.1)
        }
        let network = try trainer.train(monitor) { report in
            #expect(Int(report.steps) == told.batches.count)
            // The means over all batches of an epoch are the epoch's.
            #expect(Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) }) == told.latest)
            told.ends.append(told.batches.count)
            return true
        }
        #expect(told.batches == Array(1...Int(network.steps)))
        #expect(told.weights.keys.sorted() == [1, 2, 3])
        #expect(told.weights[3] == network.variables.map(\.values))
        #expect(told.weights[2] != told.weights[3])
        #expect(told.ends.count == 3 && told.ends[0] > 1)
    }

    @Test("is told of every batch and shown the weights, of texts")
    func texts() throws {
        var options = ToyTexts.options
        options.learning.epochs = 3
        try check(TextNetworkTrainer(options, ToyTexts().examples))
    }

    @Test("is told of every batch and shown the weights, of dialogues")
    func dialogues() throws {
        var options = ToyDialogues.options
        options.learning.epochs = 3
        try check(DialogueNetworkTrainer(options, ToyDialogues().examples))
    }
}
