import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Dropout of DIET and response selectors is where the real Rasa has it")
struct TextDropoutVectorTests {
    @Test("losses and gradients for recorded dropout", arguments: ["diet-dropout", "selector-dropout"])
    func step(_ name: String) throws {
        let recorded = try RecordedStep(name)
        let (options, examples) = (recorded.textOptions, recorded.textExamples)
        let data = TextData(options, examples)
        var builder = NetworkBuilder(random: RandomKey(1), slots: TextStep.slots, earlier: recorded.weights)
        let network = try TextNetwork(options, examples, texts: data.texts, labels: data.labels, in: &builder)
        let weights = builder.finish()
        let table = try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee
        let kernels = GivenDropout.kernels(table)
        // Recorded dropout is found by key, so every test has one of its own.
        let random = RandomKey(UInt64(name.utf8.count))
        let masks = try Masks(recorded, examples, onlyLast: network.skipsTokens)
        // The labels, and the one chunk of texts, each in the order in which its layers draw.
        GivenDropout.give([masks.labels, masks.texts], to: random)
        let step = TextStep(options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 1))
        let figures = step.evaluate(
            Array(examples.examples.indices), random: random, isTraining: true, draws: recorded.draws)
        step.differentiate()
        #expect(GivenDropout.differences(random) == [])
        let loss = try #require(recorded.number("loss"))
        #expect(abs(figures.loss - loss) <= 1e-4 * abs(loss), "\(figures.loss) instead of \(loss)")
        try recorded.compare(weights.gradients(kernels), recorded.variables("gradient"))
    }

    /// What is kept, as the layers lay it out.
    private struct Masks {
        var texts: [[Bool]] = []
        var labels: [[Bool]] = []
        private let recorded: RecordedStep
        /// The text and place of each row of the chunk.
        private let rows: [(text: Int, place: Int)]
        private let lengths: [Int]

        init(_ recorded: RecordedStep, _ examples: TextExamples, onlyLast: Bool) throws {
            self.recorded = recorded
            let lengths = examples.examples.map(\.rows.sequence.rows)
            self.lengths = lengths
            rows = lengths.enumerated().flatMap { text, length in
                ((onlyLast ? length : 0)...length).map { (text: text, place: $0) }
            }
            let place = "sequence_layer..text/_tf_layers"
            if !onlyLast {
                for type in ["sequence", "sentence"] {
                    let input = "\(place)/feature_combining/_tf_layers/sparse_dense..\(type)/_tf_layers"
                    texts.append(try keep("\(input)/sparse_dropout").integers.map { $0 != 0 })
                    texts.append(try tokens("\(input)/dense_dropout", isSentence: texts.count > 2))
                }
            }
            for layer in [1, 3] where recorded["draws/_tf_layers/\(place)/ffnn/_ffn_layers/\(layer)/keep/0"] != nil {
                texts.append(try panels("\(place)/ffnn/_ffn_layers/\(layer)"))
                labels.append(try labelPanels("ffnn..label/_ffn_layers/\(layer)"))
            }
            guard !onlyLast else { return }
            texts.append(try panels("\(place)/transformer/_dropout"))
            let block = "\(place)/transformer/_enc_layers/0"
            texts.append(try looks("\(block)/_mha"))
            for part in ["_dropout", "_ffn_layers/2", "_ffn_layers/4"] { texts.append(try panels("\(block)/\(part)")) }
        }

        private func keep(_ path: String, call: Int = 0) throws -> RecordedStep.Tensor {
            try #require(recorded["draws/_tf_layers/\(path)/keep/\(call)"], "\(path) was not recorded")
        }

        /// Rows of tokens, or of whole texts.
        private func tokens(_ path: String, isSentence: Bool) throws -> [Bool] {
            let mask = try keep(path)
            let width = mask.shape[2]
            return lengths.enumerated().flatMap { text, length in
                (0..<(isSentence ? 1 : length)).flatMap { place in
                    (0..<width).map { mask.integers[(text * mask.shape[1] + place) * width + $0] != 0 }
                }
            }
        }

        /// Panels of all rows.
        private func panels(_ path: String) throws -> [Bool] {
            let mask = try keep(path)
            return GivenDropout.panels(rows.count, mask.shape[2]) { row, feature in
                let (text, place) = rows[row]
                return mask.integers[(text * mask.shape[1] + place) * mask.shape[2] + feature] != 0
            }
        }

        /// Panels of all labels and, after them, of the batch's.
        private func labelPanels(_ path: String) throws -> [Bool] {
            let (batch, all) = (try keep(path, call: 0), try keep(path, call: 1))
            return GivenDropout.panels(all.shape[0] + batch.shape[0], all.shape[1]) { row, feature in
                row < all.shape[0]
                    ? all.integers[row * all.shape[1] + feature] != 0
                    : batch.integers[(row - all.shape[0]) * all.shape[1] + feature] != 0
            }
        }

        /// The looks of attention: for each text [heads][key][query].
        private func looks(_ path: String) throws -> [Bool] {
            let mask = try keep(path)
            let (heads, longest) = (mask.shape[1], mask.shape[2])
            return lengths.enumerated().flatMap { text, length in
                (0..<heads).flatMap { head in
                    (0...length).flatMap { key in
                        (0...length).map { query in
                            mask.integers[((text * heads + head) * longest + query) * longest + key] != 0
                        }
                    }
                }
            }
        }
    }
}
