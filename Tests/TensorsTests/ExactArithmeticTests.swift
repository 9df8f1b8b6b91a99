import TestSupport
import Testing

@testable import Tensors

@Suite("Exact arithmetic has one result, whatever instructions and form of kernel")
struct ExactArithmeticTests {
    @Test("Products are sums in the order of the inputs, of several rows in parts", arguments: Arithmetic.all)
    func products(_ arithmetic: Arithmetic) throws {
        let workspace = Workspace(level: arithmetic.level)
        var numbers = SeededRandom(seed: 4)
        let parts: [Int: [Int]] = [
            20: [20], 384: [384], 385: [193, 192], 512: [256, 256], 700: [350, 350], 768: [384, 384],
            1000: [384, 308, 308],
        ]
        for (inputs, parts) in parts {
            for rows in [1, 2, 9] {
                let (input, kernel) = (numbers.matrix(rows, inputs), numbers.matrix(inputs, 7, density: 0.4))
                let bias = numbers.matrix(1, 7).values
                let layer = try DenseLayer(layerWeights(kernel: kernel, bias: bias, packed: arithmetic.packed))
                let found = try layer.applyExactly(input, using: workspace)
                #expect(found == sums(input, kernel, bias, parts: rows == 1 ? [inputs] : parts))
            }
        }
    }

    private func sums(_ input: Matrix, _ kernel: Matrix, _ bias: [Float], parts: [Int]) -> Matrix {
        var result = Matrix(rows: input.rows, columns: kernel.columns)
        for row in 0..<input.rows {
            for output in 0..<kernel.columns {
                var (total, start): (Float, Int) = (0, 0)
                for part in parts {
                    var sum: Float = 0
                    for index in start..<start + part { sum.addProduct(input[row, index], kernel[index, output]) }
                    total = start == 0 ? sum : total + sum
                    start += part
                }
                result[row, output] = total + bias[output]
            }
        }
        return result
    }

    @Test("gelu, whatever the count, and near the usual one")
    func gelus() {
        var numbers = SeededRandom(seed: 5)
        var fallback = numbers.matrix(3, 7)
        for index in 0..<7 { fallback[0, index] *= 6 }
        let start = fallback
        gelu(&fallback, using: Workspace())
        for form in [ExactGelu.inGraph, .outsideOfGraph] {
            let results = KernelLevel.allCases.filter(\.isAvailable).map { level in
                var matrix = start
                applyExactly(form, to: &matrix, using: Workspace(level: level))
                return matrix
            }
            #expect(Set(results.map(\.values)).count == 1)
            #expect(difference(results[0], fallback) < 2e-6)
        }
    }

    @Test("Sums of products: eights, four at a time, and what is left")
    func similarity() throws {
        var numbers = SeededRandom(seed: 6)
        for count in [1, 7, 8, 20, 31, 32, 50, 71] {
            let (labels, vector) = (numbers.matrix(3, count), numbers.matrix(1, count).values)
            let found = try labels.exactProducts(with: vector)
            #expect(difference(found, try Similarity.inner.scores(of: vector, to: labels)) < 1e-5)
        }
        // Numbers that only this order adds up to this.
        #expect(Matrix.exactSum([1e8, 1, 0, 0, -1e8, 0, 0, 0]) == 1)
        #expect(Matrix.exactSum([1e8, 1, -1e8, 0, 0, 0, 0, 0]) == 1)
        #expect(Matrix.exactSum([1e8, -1e8, 1, 0, 0, 0, 0, 0]) == 0)
    }

    @Test("Transformers, for few and for many rows; not with relative positions")
    func transformer() throws {
        var numbers = SeededRandom(seed: 7)
        for rows in [1, 3, 8, 21] {
            var input = Matrix()
            var results: Set<[Float]> = []
            for arithmetic in Arithmetic.all {
                let weights = try StoredWeights("transformers", packed: arithmetic.packed).scope("plain")
                let layer = try Transformer(weights, configuration: TransformerConfiguration(heads: 4))
                #expect(layer.hasExactForm)
                if input.rows == 0 { input = numbers.matrix(rows, layer.inputs) }
                let workspace = Workspace(level: arithmetic.level)
                let exact = try layer.applyExactly(input, using: workspace)
                var fast = Matrix()
                try layer.apply(input, to: &fast, using: workspace)
                #expect(difference(exact, fast) < 1e-5)
                results.insert(exact.values)
            }
            #expect(results.count == 1)
        }
        let relative = try Transformer(
            StoredWeights("transformers").scope("relative"), configuration: TransformerConfiguration(heads: 4))
        #expect(!relative.hasExactForm)
    }

    @Test("Positions are sines and cosines")
    func positions() {
        let table = PositionTable(units: 4)
        let fallback = Array(UnsafeBufferPointer(start: table.values(rows: 30), count: 120))
        #expect(difference(ExactPositions.rows(30, units: 4), fallback) < 2e-6)
    }
}
