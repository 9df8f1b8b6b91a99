import CKernels
import TestSupport
import Testing

@Suite("Products of training agree with plain loops")
struct ProductKernelTests {
    /// Inputs, outputs, density, panels: odd sizes, empty columns, more inputs and outputs than a block holds.
    static let shapes: [(Int, Int, Double, Int)] = [
        (1, 1, 1, 1), (3, 5, 0, 1), (5, 3, 0.5, 2), (33, 70, 0.2, 3), (40, 97, 0.2, 5), (64, 17, 1, 4),
        (130, 20, 0.3, 9), (700, 530, 0.01, 3), (17, 1100, 0.05, 1),
    ]

    @Test("masked kernels", arguments: TrainingLevel.all)
    func masked(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 1)
        for (inputs, outputs, density, panels) in Self.shapes {
            let fixture = MaskedKernelFixture(inputs, outputs, density: density, using: &numbers)
            var kernel = fixture.kernel
            let weights = numbers.floats(fixture.entries.count)
            let bias = numbers.floats(outputs)
            let x = numbers.floats(panels * inputs * lanes)
            let dy = numbers.floats(panels * outputs * lanes)
            var y = [Float](repeating: .nan, count: dy.count)
            kernels.masked_forward(&kernel, weights, bias, x, &y, panels)
            var right = forward(fixture, weights, x, panels)
            #expect(difference(adding(y, bias, -1, outputs), right) < 2e-6)
            kernels.masked_forward(&kernel, weights, nil, x, &y, panels)
            #expect(difference(y, right) < 2e-6)

            var rowWeights = weights
            kernels.masked_row_weights(&kernel, weights, &rowWeights)
            var dx = [Float](repeating: .nan, count: x.count)
            kernels.masked_input_gradient(&kernel, rowWeights, dy, &dx, panels, 0)
            right = inputGradient(fixture, weights, dy, panels)
            #expect(difference(dx, right) < 2e-6)
            kernels.masked_input_gradient(&kernel, rowWeights, dy, &dx, panels, 1)
            #expect(difference(dx, right.map { 2 * $0 }) < 2e-6)

            var dw = weights
            kernels.masked_weight_gradient(&kernel, x, dy, &dw, panels)
            right = zip(weightGradient(fixture, x, dy, panels), weights).map { $0 + Double($1) }
            #expect(difference(dw, right) < 2e-6)
        }
    }

    @Test("whole kernels", arguments: TrainingLevel.all)
    func dense(_ level: TrainingLevel) throws {
        let kernels = try level.kernels
        var numbers = SeededRandom(seed: 2)
        for (inputs, outputs, _, panels) in Self.shapes where inputs * outputs < 20000 {
            let fixture = MaskedKernelFixture(inputs, outputs, density: 1, using: &numbers)
            let byColumn = numbers.floats(inputs * outputs)
            var weights = byColumn
            for (entry, weight) in zip(fixture.entries, byColumn) {
                weights[entry.input * outputs + entry.output] = weight
            }
            let bias = numbers.floats(outputs)
            let x = numbers.floats(panels * inputs * lanes)
            let dy = numbers.floats(panels * outputs * lanes)
            var y = [Float](repeating: .nan, count: dy.count)
            kernels.dense_forward(weights, inputs, outputs, bias, x, &y, panels)
            #expect(difference(adding(y, bias, -1, outputs), forward(fixture, byColumn, x, panels)) < 2e-6)
            var dx = [Float](repeating: .nan, count: x.count)
            kernels.dense_input_gradient(weights, inputs, outputs, dy, &dx, panels, 0)
            let right = inputGradient(fixture, byColumn, dy, panels)
            #expect(difference(dx, right) < 2e-6)
            kernels.dense_input_gradient(weights, inputs, outputs, dy, &dx, panels, 1)
            #expect(difference(dx, right.map { 2 * $0 }) < 2e-6)
            var dw = [Float](repeating: 0.5, count: inputs * outputs)
            kernels.dense_weight_gradient(inputs, outputs, x, dy, &dw, panels)
            let found = fixture.entries.map { dw[$0.input * outputs + $0.output] - 0.5 }
            #expect(difference(found, weightGradient(fixture, x, dy, panels)) < 2e-6)
            var db = [Float](repeating: 0.5, count: outputs)
            kernels.bias_gradient(dy, outputs, panels, &db)
            let sums = (0..<outputs).map { output in
                (0..<panels * lanes).reduce(0.5) { $0 + Double(dy[place($1, output, of: outputs)]) }
            }
            #expect(difference(db, sums) < 2e-6)
        }
    }

    @Test("the weights of a masked kernel row by row")
    func rowWeights() throws {
        let kernels = try TrainingLevel(number: 0).kernels
        var numbers = SeededRandom(seed: 3)
        let fixture = MaskedKernelFixture(9, 7, density: 0.4, using: &numbers)
        var kernel = fixture.kernel
        let weights = fixture.entries.map { Float($0.input * 100 + $0.output) }
        var found = weights
        kernels.masked_row_weights(&kernel, weights, &found)
        #expect(found == weights.sorted())
    }

    private func adding(_ y: [Float], _ bias: [Float], _ factor: Float, _ outputs: Int) -> [Float] {
        y.indices.map { y[$0] + factor * bias[$0 / lanes % outputs] }
    }

    private func forward(_ kernel: MaskedKernelFixture, _ weights: [Float], _ x: [Float], _ panels: Int) -> [Double] {
        var y = [Double](repeating: 0, count: panels * kernel.outputs * lanes)
        each(kernel, panels) { entry, from, to in y[to] += Double(weights[entry]) * Double(x[from]) }
        return y
    }

    private func inputGradient(
        _ kernel: MaskedKernelFixture, _ weights: [Float], _ dy: [Float], _ panels: Int
    ) -> [Double] {
        var dx = [Double](repeating: 0, count: panels * kernel.inputs * lanes)
        each(kernel, panels) { entry, to, from in dx[to] += Double(weights[entry]) * Double(dy[from]) }
        return dx
    }

    private func weightGradient(
        _ kernel: MaskedKernelFixture, _ x: [Float], _ dy: [Float], _ panels: Int
    ) -> [Double] {
        var dw = [Double](repeating: 0, count: kernel.entries.count)
        each(kernel, panels) { entry, from, to in dw[entry] += Double(x[from]) * Double(dy[to]) }
        return dw
    }

    /// Every entry with every row: the places of its input and its output.
    private func each(_ kernel: MaskedKernelFixture, _ panels: Int, _ work: (Int, Int, Int) -> Void) {
        for (index, entry) in kernel.entries.enumerated() {
            for row in 0..<panels * lanes {
                work(
                    index, place(row, entry.input, of: kernel.inputs), place(row, entry.output, of: kernel.outputs))
            }
        }
    }
}
