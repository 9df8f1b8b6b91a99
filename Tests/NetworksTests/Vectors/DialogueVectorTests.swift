import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Steps of TED and UnexpecTED are those of the real Rasa")
struct DialogueVectorTests {
    static let cases = ["ted-default", "ted-scaled", "ted-end-to-end", "unexpected-default"]

    @Test("losses, gradients and weights after steps of Adam", arguments: cases)
    func step(_ name: String) throws {
        let recorded = try RecordedStep(name)
        let (options, examples) = (recorded.dialogueOptions, recorded.dialogueExamples)
        let data = DialogueData(options, examples)
        var builder = NetworkBuilder(random: RandomKey(1), slots: DialogueStep.slots, earlier: recorded.weights)
        let network = try DialogueNetwork(options, data, entityTags: examples.entityTags, in: &builder)
        let weights = builder.finish()
        let kernels = try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee
        let step = DialogueStep(options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 2))
        let batch = Array(examples.examples.indices)
        for turn in 1...3 {
            let figures = step.evaluate(
                batch, random: RandomKey(1), isTraining: true, negatives: recorded.negatives("loss..label"))
            step.differentiate()
            if turn == 1 {
                let loss = try #require(recorded.number("loss"))
                #expect(abs(figures.loss - loss) <= 1e-4 * abs(loss), "\(figures.loss) instead of \(loss)")
                try recorded.compare(weights.gradients(kernels), recorded.variables("gradient"))
            }
            let regularization = step.learn()
            if turn == 1, let wanted = recorded.number("regularization") {
                #expect(abs(regularization - wanted) <= 1e-4 * wanted)
            }
            let after = recorded.variables("after\(turn)")
            guard !after.isEmpty else { continue }
            var values: [String: [Float]] = [:]
            for variable in weights.variables() where !variable.firstMoments.isEmpty {
                values[variable.path] = variable.values
            }
            try recorded.compare(values, after)
        }
    }

    /// Of dialogues that are read from their begin Rasa holds turns against padding too, which is not had here; what is
    /// compared is all the same.
    @Test("whole dialogues are compared with the same similarities")
    func wholeDialogues() throws {
        let recorded = try RecordedStep("ted-full-dialogue")
        let (options, examples) = (recorded.dialogueOptions, recorded.dialogueExamples)
        #expect(!options.readsBackwards)
        let trained = TrainedNetwork(variables: recorded.weights, steps: 0)
        let found = try DialogueNetworkTrainer(options, examples).similarities(of: trained)
        let inputs = try #require(recorded["middle/_tf_layers/loss..label/inputs"])
        let labels = try #require(recorded["middle/_tf_layers/loss..label/all_labels"])
        let (longest, width) = (inputs.shape[1], inputs.shape[2])
        var wanted: [[Float]] = []
        for (dialogue, example) in examples.examples.enumerated() {
            for turn in example.turns.indices {
                let input = inputs.numbers[
                    (dialogue * longest + turn) * width..<(dialogue * longest + turn + 1) * width]
                wanted.append(
                    (0..<labels.shape[0]).map { label in
                        zip(input, labels.numbers[label * width..<(label + 1) * width]).reduce(0) { $0 + $1.0 * $1.1 }
                    })
            }
        }
        #expect(found.count == wanted.count)
        #expect(distance(found.flatMap { $0 }, wanted.flatMap { $0 }) < 1e-4)
    }
}
