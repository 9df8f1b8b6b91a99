import CKernels
import Tensors
import Testing

@testable import Networks

@Suite("Dropout of TED is where the real Rasa has it")
struct DialogueDropoutVectorTests {
    @Test("losses and gradients for recorded dropout")
    func step() throws {
        let recorded = try RecordedStep("ted-dropout")
        let (options, examples) = (recorded.dialogueOptions, recorded.dialogueExamples)
        let data = DialogueData(options, examples)
        var builder = NetworkBuilder(random: RandomKey(1), slots: DialogueStep.slots, earlier: recorded.weights)
        let network = try DialogueNetwork(options, data, entityTags: examples.entityTags, in: &builder)
        let weights = builder.finish()
        let table = try #require(parley_training_kernels_at(KernelLevel.best.rawValue)).pointee
        let kernels = GivenDropout.kernels(table)
        // Recorded dropout is found by key, so every test has one of its own.
        let random = RandomKey(3)
        let masks = try Masks(recorded, data)
        // The labels, and the one chunk of dialogues, each in the order in which its layers draw.
        GivenDropout.give([[masks.labels], masks.turns], to: random)
        let step = DialogueStep(options, network, data, weights, kernels: kernels, team: ThreadTeam(threads: 1))
        let figures = step.evaluate(
            Array(examples.examples.indices), random: random, isTraining: true,
            negatives: recorded.negatives("loss..label"))
        step.differentiate()
        #expect(GivenDropout.differences(random) == [])
        let loss = try #require(recorded.number("loss"))
        #expect(abs(figures.loss - loss) <= 1e-4 * abs(loss), "\(figures.loss) instead of \(loss)")
        try recorded.compare(weights.gradients(kernels), recorded.variables("gradient"))
    }

    /// What is kept, as the layers lay it out: dialogues from the latest turn back.
    private struct Masks {
        var turns: [[Bool]] = []
        var labels: [Bool] = []
        private let recorded: RecordedStep
        /// The dialogue of each row, and its place in it, from the latest back.
        private let rows: [(dialogue: Int, place: Int)]
        private let lengths: [Int]

        init(_ recorded: RecordedStep, _ data: DialogueData) throws {
            self.recorded = recorded
            let lengths = data.dialogues.map(\.count)
            self.lengths = lengths
            rows = lengths.enumerated().flatMap { dialogue, length in
                (0..<length).map { (dialogue: dialogue, place: $0) }
            }
            for column in data.columns {
                let name = column.attribute.rawValue
                let order = try order(name)
                let place = "sparse_dense_concat_layer..\(name)/_tf_layers"
                let starts = try #require(recorded["batch/\(name)/sentence/0/starts"]).integers
                let entries = try keep("\(place)/sparse_dropout").integers
                turns.append(order.flatMap { (starts[$0.row]..<starts[$0.row + 1]).map { entries[$0] != 0 } })
                let dense = try keep("\(place)/dense_dropout")
                let width = dense.shape[2]
                turns.append(
                    order.flatMap { turn in (0..<width).map { dense.integers[turn.row * width + $0] != 0 } })
                guard column.attribute.isEncoded else { continue }
                let encoded = try keep("encoding_layer..\(name)/_ffn_layers/1")
                let recordedRow = Dictionary(uniqueKeysWithValues: order.map { ($0.place, $0.row) })
                turns.append(
                    GivenDropout.panels(rows.count, encoded.shape[2]) { row, feature in
                        recordedRow[row].map { encoded.integers[$0 * encoded.shape[2] + feature] != 0 } ?? true
                    })
            }
            let transformer = "transformer..dialogue"
            turns.append(try panels("\(transformer)/_dropout", onlyLatest: false))
            let block = "\(transformer)/_enc_layers/0"
            turns.append(try looks("\(block)/_mha"))
            for part in ["_dropout", "_ffn_layers/2", "_ffn_layers/4"] {
                turns.append(try panels("\(block)/\(part)", onlyLatest: true))
            }
            let ofLabels = try keep("encoding_layer..label_action_name/_ffn_layers/1")
            labels = GivenDropout.panels(ofLabels.shape[0], ofLabels.shape[2]) {
                ofLabels.integers[$0 * ofLabels.shape[2] + $1] != 0
            }
        }

        /// For each row that has an attribute, in the order of rows, its place and the recorded row, which count
        /// from the first turn on.
        private func order(_ name: String) throws -> [(place: Int, row: Int)] {
            let mask = try #require(recorded["batch/\(name)/mask/0"])
            var (places, first, next) = ([(place: Int, row: Int)](), 0, 0)
            for (dialogue, length) in lengths.enumerated() {
                for turn in 0..<length where mask.numbers[dialogue * mask.shape[1] + turn] == 1 {
                    places.append((first + length - 1 - turn, next))
                    next += 1
                }
                first += length
            }
            return places.sorted { $0.place < $1.place }
        }

        private func keep(_ path: String) throws -> RecordedStep.Tensor {
            try #require(recorded["draws/_tf_layers/\(path)/keep/0"], "\(path) was not recorded")
        }

        /// Panels of all rows, or of each dialogue's latest.
        private func panels(_ path: String, onlyLatest: Bool) throws -> [Bool] {
            let mask = try keep(path)
            let rows = onlyLatest ? self.rows.filter { $0.place == 0 } : self.rows
            return GivenDropout.panels(rows.count, mask.shape[2]) { row, feature in
                let (dialogue, place) = rows[row]
                return mask.integers[(dialogue * mask.shape[1] + place) * mask.shape[2] + feature] != 0
            }
        }

        /// The looks of each dialogue's latest turn: [heads][key].
        private func looks(_ path: String) throws -> [Bool] {
            let mask = try keep(path)
            let (heads, longest) = (mask.shape[1], mask.shape[2])
            return lengths.enumerated().flatMap { dialogue, length in
                (0..<heads).flatMap { head in
                    (0..<length).map { mask.integers[(dialogue * heads + head) * longest * longest + $0] != 0 }
                }
            }
        }
    }
}
