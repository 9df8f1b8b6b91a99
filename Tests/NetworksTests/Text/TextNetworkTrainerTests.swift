import Tensors
import Testing

@testable import Networks

@Suite("Training of DIET and response selectors")
struct TextNetworkTrainerTests {
    @Test("a toy set is learned, intents and entities")
    func learns() throws {
        let trainer = try TextNetworkTrainer(ToyTexts.options, ToyTexts().examples)
        var last: [String: Float] = [:]
        var first: Float?
        let network = try trainer.train { report in
            last = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) })
            first = first ?? last["t_loss"]
            return true
        }
        #expect(last["i_acc"] == 1)
        #expect(try #require(last["e_f1"]) > 0.97)
        let (start, end) = (try #require(first), try #require(last["t_loss"]))
        #expect(end < start / 4)
        #expect(network.variables.map(\.path) == network.variables.map(\.path).sorted())
        #expect(network.steps > 60)
    }

    @Test("the same seed gives the same weights for any number of threads", arguments: [2, 4])
    func threads(_ count: Int) throws {
        #expect(try weights(threads: 1) == weights(threads: count))
    }

    @Test("another seed gives other weights")
    func seeds() throws {
        #expect(try weights(threads: 1) != weights(threads: 1, seed: 4))
    }

    private func weights(threads: Int, seed: UInt64 = 3) throws -> [[Float]] {
        var options = ToyTexts.options
        options.learning.threads = threads
        options.learning.seed = seed
        options.learning.epochs = 3
        // Enough rows for all chunks.
        let toys = ToyTexts(messagesPerIntent: 60)
        options.learning.batchSizes = BatchSizes(first: 240, last: 240)
        let trainer = try TextNetworkTrainer(options, toys.examples)
        return try trainer.train { _ in true }.variables.map(\.values)
    }

    @Test("ends when it is told to")
    func cancelled() throws {
        let trainer = try TextNetworkTrainer(ToyTexts.options, ToyTexts().examples)
        #expect(throws: NetworkTrainingError.cancelled) { try trainer.train { $0.epoch < 2 } }
    }

    @Test("a loss that is no number ends the training")
    func notFinite() throws {
        var options = ToyTexts.options
        options.learning.learningRate = .nan
        let trainer = try TextNetworkTrainer(options, ToyTexts().examples)
        #expect(throws: NetworkTrainingError.notFinite(epoch: 1)) { try trainer.train { _ in true } }
    }

    @Test("learning goes on from earlier weights where they fit")
    func goesOn() throws {
        let examples = ToyTexts().examples
        let network = try TextNetworkTrainer(ToyTexts.options, examples).train { _ in true }
        var options = ToyTexts.options
        options.learning.epochs = 1
        let trainer = try TextNetworkTrainer(
            options, examples, from: network.variables, earlierSteps: network.steps)
        let further = try trainer.train { report in
            #expect(report.figures.first { $0.name == "i_acc" }?.value ?? 0 > 0.95)
            return true
        }
        #expect(further.steps > network.steps)
        options.text.denseDimension = 20
        #expect(throws: NetworkTrainingError.self) {
            try TextNetworkTrainer(options, examples, from: network.variables)
        }
    }

    @Test("held back examples are looked at")
    func heldBack() throws {
        var options = ToyTexts.options
        options.learning.heldBack = 8
        options.learning.evaluatesEvery = 5
        options.learning.keepsBest = true
        options.learning.epochs = 10
        var looked: [Int] = []
        _ = try TextNetworkTrainer(options, ToyTexts().examples).train { report in
            if report.figures.contains(where: { $0.name == "val_i_acc" }) { looked.append(report.epoch) }
            return true
        }
        #expect(looked == [5, 10])
    }

    @Test("held back examples leave the weights as they are, tags and all")
    func evaluationsTeachNothing() throws {
        func weights(_ every: Int) throws -> [[Float]] {
            var options = ToyTexts.options
            options.learning.heldBack = 8
            options.learning.evaluatesEvery = every
            options.learning.epochs = 4
            return try TextNetworkTrainer(options, ToyTexts(tagSets: 3).examples).train { _ in true }
                .variables.map(\.values)
        }
        #expect(try weights(1) == weights(-1))
    }

    @Test("what no network can be made with is refused by its name")
    func refused() {
        let changes: [@Sendable (inout TextOptions, inout TextExamples) -> Void] = [
            { options, _ in options.text.transformer.heads = 5 },
            { options, _ in options.text.dropout.rate = 1 },
            { options, _ in options.text.denseDimension = 0 },
            { options, _ in options.learning.epochs = 0 },
            { options, _ in options.text.transformer.usesRelativeKeys = true },
            { _, examples in examples.examples = [] },
            { _, examples in examples.examples[3].label = 9 },
            { _, examples in examples.examples[3].tags[0][0] = 3 },
        ]
        for change in changes {
            var (options, examples) = (ToyTexts.options, ToyTexts().examples)
            change(&options, &examples)
            #expect {
                _ = try TextNetworkTrainer(options, examples)
            } throws: { error in
                if case .unsuited = error as? NetworkTrainingError { true } else { false }
            }
        }
    }

    @Test("one example, and examples without tokens, are learned from")
    func little() throws {
        var options = ToyTexts.options
        options.learning.epochs = 2
        var examples = ToyTexts(intents: 2, messagesPerIntent: 3).examples
        examples.examples[1].rows.sequence.sparse = SparseMatrix(columns: 62)
        examples.examples[1].tags = [[]]
        _ = try TextNetworkTrainer(options, examples).train { $0.figures[0].value.isFinite }
        examples.examples = Array(examples.examples[1...1])
        _ = try TextNetworkTrainer(options, examples).train { $0.figures[0].value.isFinite }
    }
}
