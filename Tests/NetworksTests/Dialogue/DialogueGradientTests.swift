import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Gradients of networks of dialogues")
struct DialogueGradientTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var toys = ToyDialogues(dialogues: 3, length: 2)
        var isSeveral = false
        let change: @Sendable (inout DialogueOptions) -> Void
    }

    static let variants: [Variant] = [
        Variant(testDescription: "with dropout") { _ in },
        Variant(testDescription: "two layers, relative") {
            $0.transformer.layers = 2
            $0.transformer.usesRelativeKeys = true
            $0.transformer.usesRelativeValues = true
            $0.transformer.reach = 2
        },
        // Where chance drops all looks of a row, -1e9 swallows the differences in single precision, as in Rasa; of four
        // or five looks it does not.
        Variant(testDescription: "dropped looks", toys: ToyDialogues(dialogues: 4, length: 4, shortest: 4)) {
            $0.attentionDropout = 0.1
        },
        Variant(testDescription: "no layers") { $0.transformer.layers = 0 },
        Variant(testDescription: "input dropout") { options in
            for attribute in options.encoders.keys { options.encoders[attribute]?.dropout.rate = 0.3 }
        },
        Variant(testDescription: "whole dialogues", toys: ToyDialogues(dialogues: 3, length: 2, areWhole: true)) {
            $0.readsBackwards = false
            $0.transformer.isUnidirectional = true
        },
        Variant(testDescription: "end to end", toys: ToyDialogues(dialogues: 4, length: 2, hasTexts: true)) {
            $0.tags = true
        },
        Variant(
            testDescription: "end to end, input dropout, no text layers",
            toys: ToyDialogues(dialogues: 4, length: 2, hasTexts: true)
        ) { options in
            for attribute in options.encoders.keys {
                options.encoders[attribute]?.dropout.rate = 0.3
                options.encoders[attribute]?.transformer.layers = 0
                options.encoders[attribute]?.hidden = [12]
            }
        },
        Variant(testDescription: "several labels", isSeveral: true) { $0.aim = .several },
    ]

    /// A step of a network with given weights; random numbers are the same in every step.
    private struct Setting {
        let options: DialogueOptions
        let examples: DialogueExamples
        let kernels: parley_training_kernels

        func evaluate(_ earlier: [NetworkVariable]?) throws -> (loss: Float, weights: NetworkWeights, DialogueStep) {
            let data = DialogueData(options, examples)
            var builder = NetworkBuilder(random: RandomKey(4), slots: DialogueStep.slots, earlier: earlier)
            let network = try DialogueNetwork(options, data, entityTags: examples.entityTags, in: &builder)
            let weights = builder.finish()
            let step = DialogueStep(
                options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 1))
            let figures = step.evaluate(
                Array(examples.examples.indices), random: RandomKey(9), isTraining: true)
            return (figures.loss, weights, step)
        }
    }

    @Test("they are the differences of the loss", arguments: variants)
    func differences(_ variant: Variant) throws {
        var options = ToyDialogues.options
        options.similarity.scalesLoss = false
        options.dropout = 0.2
        variant.change(&options)
        let setting = Setting(
            options: options, examples: variant.isSeveral ? variant.toys.severalLabels : variant.toys.examples,
            kernels: try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee)
        let (_, weights, step) = try setting.evaluate(nil)
        step.differentiate()
        let gradients = weights.gradients(setting.kernels)
        let variables = weights.variables()
        for (index, variable) in variables.enumerated() {
            guard let gradient = gradients[variable.path] else { continue }
            // In the direction of the gradient the loss grows by its square.
            let square = gradient.reduce(0) { $0 + Double($1) * Double($1) }
            guard square > 1e-9 else { continue }
            let length = Float(0.02 / square.squareRoot())
            func loss(_ distance: Float) throws -> Double {
                var moved = variables
                for place in gradient.indices { moved[index].values[place] += distance * length * gradient[place] }
                return Double(try setting.evaluate(moved).loss)
            }
            let near = try loss(1) - loss(-1)
            let far = try loss(2) - loss(-2)
            let slope = (8 * near - far) / (12 * Double(length))
            #expect(abs(slope - square) < 0.01 * square + 1e-6, "\(variable.path): \(slope), not \(square)")
        }
    }
}
