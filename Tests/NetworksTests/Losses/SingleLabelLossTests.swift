import Glibc
import Testing

@testable import Networks

@Suite("The loss of one label for each input")
struct SingleLabelLossTests {
    /// Six examples, four labels and, of each side, three negatives, some of them of the same label.
    private struct Setting {
        var inputs: TestRows
        var labels: TestRows
        var table: TestRows
        let ids: [Int32] = [0, 1, 1, 2, 3, 0]
        let negatives: Negatives
        let dimension: Int

        init(dimension: Int = 6) {
            var generator = FixedNumbers(8)
            self.dimension = dimension
            inputs = TestRows(generator.numbers(6 * dimension), dimension: dimension)
            labels = TestRows(generator.numbers(6 * dimension), dimension: dimension)
            table = TestRows(generator.numbers(4 * dimension), dimension: dimension)
            var drawn = Negatives(count: 3)
            drawn.draw(examples: 6, labels: 4, using: &generator)
            negatives = drawn
        }

        mutating func evaluate(_ options: SimilarityOptions) -> LossFigures {
            var loss = SingleLabelLoss(options)
            let (ids, negatives) = (ids, negatives)
            return inputs.withRows { inputs in
                labels.withRows { labels in
                    table.withRows {
                        loss.evaluate(inputs: inputs, labels: labels, table: $0, ids: ids, negatives: negatives)
                    }
                }
            }
        }
    }

    private static func options(_ change: (inout SimilarityOptions) -> Void) -> SimilarityOptions {
        var options = SimilarityOptions()
        options.dimension = 6
        options.negatives = 3
        change(&options)
        return options
    }

    private static let variants: [SimilarityOptions] = [
        options { _ in },
        options { $0.isConstrained = true },
        options { $0.isCosine = true },
        options {
            $0.isCosine = true
            $0.loss = .margin(MarginOptions())
        },
        options {
            $0.loss = .margin(MarginOptions())
            $0.isCosine = false
        },
        options {
            var bounds = MarginOptions()
            bounds.usesMaximum = false
            $0.isCosine = true
            $0.loss = .margin(bounds)
        },
    ]

    @Test("gradients are the differences of the loss", arguments: variants)
    func gradients(options: SimilarityOptions) {
        var setting = Setting()
        _ = setting.evaluate(options)
        // The corners of the margin loss are narrow.
        let step: Float = options.loss == .crossEntropy ? 0.02 : 0.0005
        let parts: [(WritableKeyPath<Setting, TestRows>, String)] = [
            (\.inputs, "inputs"), (\.labels, "labels"), (\.table, "table"),
        ]
        for (part, name) in parts {
            let found = setting[keyPath: part].gradients
            let wanted = differences(of: setting[keyPath: part].values, step: step) { values in
                var moved = setting
                moved[keyPath: part].values = values
                return moved.evaluate(options).loss
            }
            #expect(distance(found, wanted) < 3e-3, "\(name)")
        }
    }

    @Test("a scaled loss counts less, and its factor is a constant to the gradient")
    func scale() {
        var (plain, scaled) = (Setting(), Setting())
        // The first input is as good as learned.
        for index in 0..<6 {
            plain.inputs.values[index] = 6 * plain.labels.values[index]
            scaled.inputs.values[index] = 6 * scaled.labels.values[index]
        }
        let options = Self.options { _ in }
        let loss = plain.evaluate(options).loss
        let scaledLoss = scaled.evaluate(Self.options { $0.scalesLoss = true }).loss
        #expect(scaledLoss != loss)
        var single = SingleLabelLoss(options)
        let (ids, negatives) = (plain.ids, plain.negatives)
        _ = plain.inputs.withRows { inputs in
            plain.labels.withRows { labels in
                plain.table.withRows {
                    single.evaluate(inputs: inputs, labels: labels, table: $0, ids: ids, negatives: negatives)
                }
            }
        }
        let highest = single.losses.map { Float(exp(-Double($0))) }.max()
        let scale = LossScale(highest: highest)
        let factors = single.losses.map { scale(Float(exp(-Double($0)))) }
        let wanted = zip(factors, single.losses).map { $0 * $1 }.reduce(0, +) / 6
        #expect(abs(scaledLoss - wanted) < 1e-6)
        // The same factors as weights give the same gradients.
        let weights = factors.map { $0 / 6 }
        _ = plain.inputs.withRows { inputs in
            plain.labels.withRows { labels in
                plain.table.withRows {
                    single.evaluate(
                        inputs: inputs, labels: labels, table: $0, ids: ids, negatives: negatives, weights: weights)
                }
            }
        }
        #expect(distance(scaled.inputs.gradients, plain.inputs.gradients) < 1e-5)
        #expect(distance(scaled.table.gradients, plain.table.gradients) < 1e-5)
    }

    @Test("an input is right if no negative label is more similar than its own")
    func accuracy() {
        var rows = TestRows([1, 0, 0, 1], dimension: 2)
        var labels = TestRows([1, 0, 1, 0], dimension: 2)
        var table = TestRows([1, 0, 0, 1], dimension: 2)
        var options = SimilarityOptions()
        (options.dimension, options.negatives) = (2, 2)
        var loss = SingleLabelLoss(options)
        let negatives = Negatives(count: 2, inputs: [0, 1, 0, 1], labels: [0, 1, 0, 1])
        let figures = rows.withRows { rows in
            labels.withRows { labels in
                table.withRows {
                    loss.evaluate(inputs: rows, labels: labels, table: $0, ids: [0, 0], negatives: negatives)
                }
            }
        }
        #expect(figures.accuracy == 0.5)
    }
}
