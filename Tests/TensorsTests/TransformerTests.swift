import JSON
import TestSupport
import Testing

@testable import Tensors

@Suite("Transformers compute what Rasa's TensorFlow code computes")
struct TransformerTests {
    @Test("bidirectional, with relative attention, unidirectional; over several panels", arguments: Arithmetic.all)
    func recorded(_ arithmetic: Arithmetic) throws {
        let weights = try StoredWeights("transformers", packed: arithmetic.packed)
        let workspace = Workspace(level: arithmetic.level)
        for transformer in try #require(Fixtures.json("transformers.json").array) {
            let layer = try Transformer(
                weights.scope(try #require(transformer["name"]?.string)),
                configuration: TransformerConfiguration(
                    heads: 4, unidirectional: transformer["unidirectional"]?.bool ?? false))
            let input = try #require(transformer["input"]).matrix
            let wanted = try #require(transformer["output"]).matrix
            var output = Matrix()
            try layer.apply(input, to: &output, using: workspace)
            #expect(difference(output, wanted) < 1e-5)
            for row in 0..<input.rows {
                try layer.apply(input, rows: .only(row), to: &output, using: workspace)
                #expect(difference(output.values, Array(wanted.row(row))) < 1e-5)
            }
        }
    }

    @Test("a second pass takes no more memory, and gives the same")
    func again() throws {
        let weights = try StoredWeights("transformers")
        let workspace = Workspace()
        let layer = try Transformer(
            weights.scope("relative"), configuration: TransformerConfiguration(heads: 4))
        var numbers = SeededRandom(seed: 5)
        let long = numbers.matrix(700, layer.inputs)
        let short = numbers.matrix(3, layer.inputs)
        var (first, other, second) = (Matrix(), Matrix(), Matrix())
        try layer.apply(short, to: &first, using: workspace)
        try layer.apply(long, to: &other, using: workspace)
        try layer.apply(short, to: &second, using: workspace)
        #expect(first == second)
        #expect(!other.values.contains { !$0.isFinite })
    }

    @Test("one row alone")
    func alone() throws {
        let weights = try StoredWeights("transformers")
        let layer = try Transformer(weights.scope("plain"), configuration: TransformerConfiguration(heads: 4))
        var numbers = SeededRandom(seed: 6)
        let input = numbers.matrix(1, layer.inputs)
        var (all, last) = (Matrix(), Matrix())
        try layer.apply(input, to: &all, using: Workspace())
        try layer.apply(input, rows: .last, to: &last, using: Workspace())
        #expect(difference(all, last) < 1e-6)
    }

    @Test("says which weights are missing or do not fit")
    func errors() throws {
        let weights = try StoredWeights("transformers")
        var missing = weights.tensors
        missing["plain/_enc_layers/1/_mha/_key_dense_layer/kernel"] = nil
        #expect {
            try Transformer(StoredWeights(tensors: missing, path: "plain"), configuration: TransformerConfiguration())
        } throws: { error in
            "\(error)" == "The model has no weights plain/_enc_layers/1/_mha/_key_dense_layer/kernel."
        }
        #expect {
            try Transformer(weights.scope("plain"), configuration: TransformerConfiguration(heads: 3))
        } throws: { error in
            "\(error)".contains("number_of_attention_heads")
        }
        var wrong = weights.tensors
        wrong["plain/_layer_norm/gamma"] = tensor([1, 2], [2])
        #expect {
            try Transformer(StoredWeights(tensors: wrong, path: "plain"), configuration: TransformerConfiguration())
        } throws: { error in
            "\(error)" == "The weights plain/_layer_norm/gamma have the shape [2] instead of [16]."
        }
        let layer = try Transformer(weights.scope("plain"), configuration: TransformerConfiguration())
        var output = Matrix()
        #expect(throws: TensorError.self) {
            try layer.apply(Matrix(rows: 2, columns: 5), to: &output, using: Workspace())
        }
        #expect(throws: TensorError.self) {
            try layer.apply(Matrix(rows: 2, columns: 24), rows: .only(2), to: &output, using: Workspace())
        }
    }
}
