import Testing

@testable import Tensors

@Suite("A long text goes through attention in parts")
struct LongTextTests {
    @Test("each of its rows is what it is when it alone is asked for", arguments: Arithmetic.all)
    func rows(_ arithmetic: Arithmetic) throws {
        let weights = try StoredWeights("ted", packed: arithmetic.packed)
        let workspace = Workspace(level: arithmetic.level)
        let transformer = try Transformer(
            weights.scope("transformer.dialogue"), configuration: TransformerConfiguration(heads: 4))
        var generator = SystemRandomNumberGenerator()
        let rows = 1500
        let input = Matrix(
            rows: rows, columns: transformer.inputs,
            values: (0..<rows * transformer.inputs).map { _ in Float.random(in: -1...1, using: &generator) })
        var all = Matrix()
        try transformer.apply(input, to: &all, using: workspace)
        for row in [0, 7, 16, 255, 256, 1000, rows - 1] {
            var one = Matrix()
            try transformer.apply(input, rows: .only(row), to: &one, using: workspace)
            #expect(difference(one.values, Array(all.row(row))) < 1e-4)
        }
    }
}
