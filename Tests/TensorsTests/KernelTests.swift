import CKernels
import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite("Kernels of every level agree with plain loops")
struct KernelTests {
    @Test("dense and packed products, any shape", arguments: Arithmetic.all)
    func products(_ arithmetic: Arithmetic) throws {
        let workspace = Workspace(level: arithmetic.level)
        var numbers = SeededRandom(seed: 1)
        let shapes = [
            (1, 1, 1), (1, 7, 3), (2, 33, 20), (3, 16, 16), (5, 100, 50), (6, 256, 31), (8, 64, 65), (9, 20, 128),
            (16, 128, 33), (17, 40, 47), (24, 31, 130), (37, 5, 4), (1, 50, 300),
            (1, 700, 9), (7, 513, 10), (20, 1024, 6),
        ]
        for (rows, inputs, outputs) in shapes {
            for density in [0, 0.2, 1] {
                let input = numbers.matrix(rows, inputs)
                let kernel = numbers.matrix(inputs, outputs, density: density)
                for bias in [nil, numbers.matrix(1, outputs).values] {
                    let layer = try DenseLayer(layerWeights(kernel: kernel, bias: bias, packed: arithmetic.packed))
                    let found = try layer.apply(input, using: workspace)
                    #expect(difference(found, product(input, kernel, bias)) < 5e-5)
                    accumulates(layer, input, workspace)
                }
            }
        }
    }

    /// Adding to what is there is the sum of both.
    private func accumulates(_ layer: DenseLayer, _ input: Matrix, _ workspace: Workspace) {
        workspace.frame {
            let shape = PanelShape(rows: input.rows, level: workspace.level)
            let x = workspace.take(shape.count(layer.inputs))
            let (once, twice) = (workspace.take(shape.count(layer.outputs)), workspace.take(shape.count(layer.outputs)))
            input.withUnsafeValues {
                workspace.kernels.rows_to_panels($0, input.rows, layer.inputs, layer.inputs, x, shape.width)
            }
            layer.panels(x, shape, to: once, accumulate: false, using: workspace)
            layer.panels(x, shape, to: twice, accumulate: false, using: workspace)
            layer.panels(x, shape, to: twice, accumulate: true, using: workspace)
            for row in 0..<input.rows {
                for output in 0..<layer.outputs {
                    let place = (row / shape.width * layer.outputs + output) * shape.width + row % shape.width
                    #expect(abs(2 * once[place] - twice[place]) < 2e-5)
                }
            }
        }
    }

    private func product(_ input: Matrix, _ kernel: Matrix, _ bias: [Float]?) -> Matrix {
        var result = Matrix(rows: input.rows, columns: kernel.columns)
        for row in 0..<input.rows {
            for output in 0..<kernel.columns {
                var sum = Double(bias?[output] ?? 0)
                for index in 0..<kernel.rows { sum += Double(input[row, index]) * Double(kernel[index, output]) }
                result[row, output] = Float(sum)
            }
        }
        return result
    }

    @Test("sparse rows times a kernel", arguments: KernelLevel.allCases.filter(\.isAvailable))
    func sparse(_ level: KernelLevel) throws {
        var numbers = SeededRandom(seed: 2)
        for outputs in [1, 4, 15, 16, 17, 64, 128, 131] {
            let dense = numbers.matrix(7, 90, density: 0.1)
            let kernel = numbers.matrix(90, outputs)
            let bias = numbers.matrix(1, outputs).values
            let input = try SparseMatrix(
                rows: 7, columns: 90,
                entries: (0..<630).filter { dense.values[$0] != 0 }.map { ($0 / 90, $0 % 90, dense.values[$0]) })
            let layer = try SparseDenseLayer(layerWeights(kernel: kernel, bias: bias))
            let found = try layer.apply(input, using: Workspace(level: level))
            #expect(difference(found, product(dense, kernel, bias)) < 1e-5)
        }
    }

    @Test("gelu is the exact one", arguments: KernelLevel.allCases.filter(\.isAvailable))
    func exactGelu(_ level: KernelLevel) {
        let inputs = (0..<20_003).map { Float($0) * 0.001 - 10 }
        var matrix = Matrix(rows: 1, columns: inputs.count, values: inputs)
        gelu(&matrix, using: Workspace(level: level))
        for (x, y) in zip(inputs, matrix.values) {
            let exact = 0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot()))
            #expect(abs(Double(y) - exact) <= 1e-6 * max(1, abs(exact)))
        }
    }

    @Test("softmax of any length and size", arguments: KernelLevel.allCases.filter(\.isAvailable))
    func shares(_ level: KernelLevel) {
        var numbers = SeededRandom(seed: 3)
        for count in [1, 2, 3, 8, 17, 40] {
            for size: Float in [0.001, 1, 30, 1e6] {
                let inputs = numbers.matrix(1, count).values.map { $0 * size }
                let highest = Double(inputs.max() ?? 0)
                let exponentials = inputs.map { exp(Double($0) - highest) }
                let sum = exponentials.reduce(0, +)
                var found = inputs
                softmax(&found, using: Workspace(level: level))
                #expect(difference(found, exponentials.map { Float($0 / sum) }) < 1e-6)
            }
        }
        var nothing: [Float] = []
        softmax(&nothing, using: Workspace(level: level))
        #expect(nothing.isEmpty)
    }

    @Test("the levels of instructions are offered from the lowest to the best")
    func levels() {
        #expect(KernelLevel.portable.isAvailable)
        #expect(KernelLevel.best.isAvailable)
        #expect(Workspace().level == .best)
        #expect(Workspace(level: .portable).level == .portable)
    }
}
