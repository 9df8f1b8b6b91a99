import Tensors
import Testing

@testable import Networks

@Suite("Training of TED and UnexpecTED")
struct DialogueNetworkTrainerTests {
    /// The last figures of a training.
    private func train(_ options: DialogueOptions, _ examples: DialogueExamples) throws -> [String: Float] {
        var last: [String: Float] = [:]
        _ = try DialogueNetworkTrainer(options, examples).train { report in
            last = Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) })
            return true
        }
        return last
    }

    @Test("toy dialogues are learned")
    func learns() throws {
        let examples = ToyDialogues().examples
        let trainer = try DialogueNetworkTrainer(ToyDialogues.options, examples)
        let network = try trainer.train { _ in true }
        for (similarities, example) in zip(try trainer.similarities(of: network), examples.examples) {
            let best = similarities.indices.max { similarities[$0] < similarities[$1] }
            #expect(best == Int(example.labels[0]))
        }
        #expect(network.variables.map(\.path) == network.variables.map(\.path).sorted())
    }

    @Test("dialogues that are read from their begin are learned")
    func whole() throws {
        var options = ToyDialogues.options
        options.readsBackwards = false
        options.transformer.isUnidirectional = true
        options.learning.epochs = 200
        let figures = try train(options, ToyDialogues(areWhole: true).examples)
        #expect(try #require(figures["acc"]) > 0.95)
    }

    @Test("texts, their tags and actions that are texts are learned")
    func endToEnd() throws {
        var options = ToyDialogues.options
        options.tags = true
        let figures = try train(options, ToyDialogues(hasTexts: true).examples)
        #expect(try #require(figures["acc"]) > 0.95)
        #expect(try #require(figures["e_f1"]) > 0.95)
    }

    @Test("which labels can follow is learned")
    func several() throws {
        var options = ToyDialogues.options
        options.aim = .several
        options.learning.epochs = 60
        let examples = ToyDialogues().severalLabels
        let trainer = try DialogueNetworkTrainer(options, examples)
        let network = try trainer.train { _ in true }
        for (similarities, example) in zip(try trainer.similarities(of: network), examples.examples) {
            let likely = similarities.indices.filter { similarities[$0] > 0 }.map { Int32($0) }
            #expect(likely == example.labels)
        }
    }

    @Test("the same seed gives the same weights for any number of threads", arguments: [2, 4])
    func threads(_ count: Int) throws {
        func weights(_ threads: Int) throws -> [[Float]] {
            var options = ToyDialogues.options
            options.tags = true
            options.learning.threads = threads
            options.learning.epochs = 3
            // Enough rows for all chunks.
            options.learning.batchSizes = BatchSizes(first: 400, last: 400)
            let examples = ToyDialogues(dialogues: 60, hasTexts: true).examples
            return try DialogueNetworkTrainer(options, examples).train { _ in true }.variables.map(\.values)
        }
        #expect(try weights(1) == weights(count))
    }

    @Test("held back examples are looked at, and leave the weights as they are")
    func heldBack() throws {
        func weights(_ every: Int) throws -> (values: [[Float]], looked: [Int]) {
            var options = ToyDialogues.options
            options.tags = true
            options.learning.heldBack = 20
            options.learning.evaluatesEvery = every
            options.learning.epochs = 4
            var looked: [Int] = []
            let trainer = try DialogueNetworkTrainer(options, ToyDialogues(hasTexts: true).examples)
            let network = try trainer.train { report in
                if report.figures.contains(where: { $0.name == "val_acc" }) { looked.append(report.epoch) }
                return true
            }
            return (network.variables.map(\.values), looked)
        }
        let (often, seldom) = (try weights(2), try weights(-1))
        #expect(often.looked == [2, 4] && seldom.looked == [4])
        #expect(often.values == seldom.values)
    }

    @Test("learning goes on from earlier weights where they fit")
    func goesOn() throws {
        let examples = ToyDialogues().examples
        let network = try DialogueNetworkTrainer(ToyDialogues.options, examples).train { _ in true }
        var options = ToyDialogues.options
        options.learning.epochs = 1
        let further = try DialogueNetworkTrainer(
            options, examples, from: network.variables, earlierSteps: network.steps
        ).train { report in
            #expect(report.figures.first { $0.name == "acc" }?.value ?? 0 > 0.9)
            return true
        }
        #expect(further.steps > network.steps)
        options.encodingDimension = 20
        #expect(throws: NetworkTrainingError.self) {
            try DialogueNetworkTrainer(options, examples, from: network.variables)
        }
    }

    @Test("what no network can be made with is refused")
    func refused() {
        let changes: [(inout DialogueOptions, inout DialogueExamples) -> Void] = [
            { options, _ in options.transformer.heads = 5 },
            { options, _ in options.density = 2 },
            { options, _ in options.dropout = 1 },
            { options, _ in options.encodingDimension = 0 },
            { options, _ in options.readsBackwards = false },
            { _, examples in examples.examples = [] },
            { _, examples in examples.examples[0].turns = [] },
            { _, examples in examples.examples[0].labels = [0, 1] },
            { _, examples in examples.labels[0] = [:] },
            { _, examples in for turn in examples.turns.indices { examples.turns[turn].attributes[.intent] = nil } },
            { _, examples in
                var rows = TextFeatureRows()
                rows.sentence.sparse = SparseMatrix(columns: 1)
                examples.turns[0].attributes[.actionName] = rows
            },
        ]
        for change in changes {
            var (options, examples) = (ToyDialogues.options, ToyDialogues().examples)
            change(&options, &examples)
            #expect(throws: NetworkTrainingError.self) { try DialogueNetworkTrainer(options, examples) }
        }
    }

    @Test("a label that is not there, and a loss that is no number, end it with an error")
    func errors() throws {
        var examples = ToyDialogues().examples
        var options = ToyDialogues.options
        options.learning.learningRate = .nan
        let trainer = try DialogueNetworkTrainer(options, examples)
        #expect(throws: NetworkTrainingError.notFinite(epoch: 1)) { try trainer.train { _ in true } }
        #expect(throws: NetworkTrainingError.cancelled) {
            try DialogueNetworkTrainer(ToyDialogues.options, examples).train { $0.epoch < 2 }
        }
        examples.examples[0].labels = [99]
        #expect(throws: NetworkTrainingError.self) { try DialogueNetworkTrainer(options, examples) }
    }
}
