import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Gradients of networks of texts")
struct TextGradientTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var tagSets = 1
        var denseWidths: (Int, Int)?
        let change: @Sendable (inout TextOptions) -> Void
    }

    static let variants: [Variant] = [
        Variant(testDescription: "with dropout") { _ in },
        Variant(testDescription: "only intents", tagSets: 0) { $0.text.transformer.layers = 2 },
        Variant(testDescription: "roles and groups", tagSets: 3) { _ in },
        Variant(testDescription: "relative attention", tagSets: 0) {
            $0.text.transformer.usesRelativeKeys = true
            $0.text.transformer.usesRelativeValues = true
            $0.text.transformer.reach = 2
        },
        Variant(testDescription: "dropped looks") { $0.text.dropout.attention = 0.1 },
        Variant(testDescription: "hidden words") { $0.guessesWords = true },
        Variant(testDescription: "no transformer, hidden layers on both sides", tagSets: 0) {
            $0.text.transformer.layers = 0
            $0.text.hidden = [20, 12]
            $0.label.hidden = [10]
            $0.text.density = 1
            $0.label.density = 1
        },
        Variant(testDescription: "tags without a transformer") {
            $0.text.transformer.layers = 0
            $0.text.hidden = [16]
        },
        Variant(testDescription: "dense features of one width", denseWidths: (6, 6)) { _ in },
        Variant(testDescription: "dense features of two widths", denseWidths: (6, 4)) { _ in },
        Variant(testDescription: "labels as texts", tagSets: 0) {
            $0.labelsAreTexts = true
            $0.label.transformer.layers = 1
            $0.label.transformer.units = 16
        },
        Variant(testDescription: "no labels") { $0.classifies = false },
    ]

    private static let words = "sequence_layer.text/_tf_layers/feature_combining"

    @Test("they are the differences of the loss", arguments: variants)
    func differences(_ variant: Variant) throws {
        var options = ToyTexts.options
        options.similarity.isConstrained = true
        options.text.dropout.dropsSparseInput = true
        options.text.dropout.rate = 0.2
        options.label.dropout.rate = 0.2
        variant.change(&options)
        let toys = ToyTexts(
            intents: 3, messagesPerIntent: 4, words: 30, tagSets: variant.tagSets, denseWidths: variant.denseWidths)
        let setting = Setting(
            options: options, examples: toys.examples,
            kernels: try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee)
        let (_, weights, step) = try setting.evaluate(nil)
        step.differentiate()
        let gradients = weights.gradients(setting.kernels)
        let variables = weights.variables()
        for (index, variable) in variables.enumerated() {
            guard let gradient = gradients[variable.path] else { continue }
            // Words that stand for hidden ones give no gradient back, as in Rasa.
            if options.guessesWords, variable.path.utf8.starts(with: Self.words.utf8) { continue }
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

    /// A step of a network with given weights; random numbers are the same in every step.
    private struct Setting {
        let options: TextOptions
        let examples: TextExamples
        let kernels: parley_training_kernels

        func evaluate(_ earlier: [NetworkVariable]?) throws -> (loss: Float, weights: NetworkWeights, TextStep) {
            let data = TextData(options, examples)
            var builder = NetworkBuilder(random: RandomKey(4), slots: TextStep.slots, earlier: earlier)
            let network = try TextNetwork(options, examples, texts: data.texts, labels: data.labels, in: &builder)
            let weights = builder.finish()
            let step = TextStep(options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 1))
            let figures = step.evaluate(
                Array(examples.examples.indices), random: RandomKey(9), isTraining: true)
            return (figures.loss, weights, step)
        }
    }
}
