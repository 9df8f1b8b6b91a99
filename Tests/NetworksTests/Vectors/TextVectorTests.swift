import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Steps of DIET and response selectors are those of the real Rasa")
struct TextVectorTests {
    static let cases = [
        "diet-default", "diet-roles", "diet-constrained", "diet-scaled", "diet-margin", "diet-margin-sum",
        "diet-relative-attention", "diet-relative-attention-long", "diet-unidirectional", "diet-hidden-layers",
        "diet-dense", "diet-masked-language-model", "diet-dense-masked-language-model", "selector-default",
        "selector-text-as-label",
    ]

    @Test("losses, gradients and weights after steps of Adam", arguments: cases)
    func step(_ name: String) throws {
        let recorded = try RecordedStep(name)
        let (options, examples) = (recorded.textOptions, recorded.textExamples)
        let data = TextData(options, examples)
        var builder = NetworkBuilder(random: RandomKey(1), slots: TextStep.slots, earlier: recorded.weights)
        let network = try TextNetwork(options, examples, texts: data.texts, labels: data.labels, in: &builder)
        let weights = builder.finish()
        let kernels = try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee
        let step = TextStep(options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 2))
        let batch = Array(examples.examples.indices)
        let draws = recorded.draws
        for turn in 1...3 {
            let figures = step.evaluate(batch, random: RandomKey(1), isTraining: true, draws: draws)
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
            for variable in weights.variables() where after[variable.path] != nil {
                values[variable.path] = variable.values
            }
            try recorded.compare(values, after)
        }
    }
}
