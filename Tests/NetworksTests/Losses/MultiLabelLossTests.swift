import Testing

@testable import Networks

@Suite("The loss of several labels for each input")
struct MultiLabelLossTests {
    private struct Setting {
        var inputs: TestRows
        var table: TestRows
        let labels: [[Int32]] = [[0], [1, 3], [2]]
        let negatives: Negatives

        init() {
            var generator = FixedNumbers(4)
            inputs = TestRows(generator.numbers(3 * 5), dimension: 5)
            table = TestRows(generator.numbers(4 * 5), dimension: 5)
            var drawn = Negatives(count: 4)
            drawn.draw(examples: 3, labels: 4, using: &generator)
            negatives = drawn
        }

        mutating func evaluate(scales: Bool = false, isCosine: Bool = false, width: Int = 2) -> LossFigures {
            var options = SimilarityOptions()
            (options.dimension, options.negatives) = (5, 4)
            (options.scalesLoss, options.isCosine) = (scales, isCosine)
            var loss = MultiLabelLoss(options, width: width)
            let (labels, negatives) = (labels, negatives)
            return inputs.withRows { inputs in
                table.withRows { loss.evaluate(inputs: inputs, table: $0, labels: labels, negatives: negatives) }
            }
        }
    }

    @Test("gradients are the differences of the loss", arguments: [false, true])
    func gradients(isCosine: Bool) {
        var setting = Setting()
        _ = setting.evaluate(isCosine: isCosine)
        for part in [\Setting.inputs, \Setting.table] {
            let found = setting[keyPath: part].gradients
            let wanted = differences(of: setting[keyPath: part].values, step: 0.05) { values in
                var moved = setting
                moved[keyPath: part].values = values
                return moved.evaluate(isCosine: isCosine).loss
            }
            #expect(distance(found, wanted) < 1e-3)
        }
    }

    @Test("the label that fills up does not count, but can make losses scaled")
    func width() {
        var setting = Setting()
        // All similarities are small but that of the last input with label 0, which is none of its own.
        for index in setting.inputs.values.indices { setting.inputs.values[index] *= 0 }
        let plain = setting.evaluate(width: 2).loss
        #expect(setting.evaluate(scales: true, width: 1).loss == plain)
        #expect(setting.evaluate(scales: true, width: 2).loss == plain)
        for index in 0..<5 { setting.inputs.values[10 + index] = 9 * setting.table.values[index] }
        let onlyOthers = setting.negatives.labels[8...].allSatisfy { $0 != 0 }
        if onlyOthers {
            #expect(setting.evaluate(scales: true, width: 2).loss != setting.evaluate(width: 2).loss)
        }
    }
}
