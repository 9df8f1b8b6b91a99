import JSON
import TestSupport
import Testing

@testable import Tensors

@Suite("Networks trained by Rasa give Rasa's numbers")
struct GoldenNetworkTests {
    private static let tolerance: Float = 1e-5

    @Test("DIET: every stage, intent and tags", arguments: Arithmetic.all)
    func diet(_ arithmetic: Arithmetic) throws {
        let weights = try StoredWeights("diet", packed: arithmetic.packed)
        let workspace = Workspace(level: arithmetic.level)
        let layer = try SequenceLayer(
            weights.scope("sequence_layer.text"), configuration: TransformerConfiguration(heads: 4))
        let embed = try DenseLayer(weights.scope("embed.text/_dense"))
        let recorded = try Fixtures.json("diet.json")
        let labels = try #require(recorded["labels"]).matrix
        for message in try #require(recorded["messages"]?.array) {
            let trace = try #require(message["trace"]?.object)
            let (sequence, sentence) = (features(message["sequence"]), features(message["sentence"]))
            var rows = Matrix()
            try layer.combiner.apply(sequence: sequence, sentence: sentence, to: &rows, using: workspace)
            #expect(difference(rows, trace["text.combined"]?.matrix ?? Matrix()) < Self.tolerance)
            try layer.feedForward.apply(&rows, using: workspace)
            #expect(difference(rows, trace["text.ffnn"]?.matrix ?? Matrix()) < Self.tolerance)
            try layer.apply(sequence: sequence, sentence: sentence, to: &rows, using: workspace)
            let wanted = try #require(trace["text.transformer_gelu"]).matrix
            #expect(difference(rows, wanted) < Self.tolerance)

            for row in 0..<wanted.rows {
                var one = Matrix()
                try layer.apply(
                    sequence: sequence, sentence: sentence, rows: .only(row), to: &one, using: workspace)
                #expect(difference(one.values, Array(wanted.row(row))) < Self.tolerance)
            }
            var last = Matrix()
            try layer.apply(sequence: sequence, sentence: sentence, rows: .last, to: &last, using: workspace)
            let vector = try embed.apply(last, using: workspace)
            #expect(difference(vector.values, trace["text.sentence_embedded"]?.floats ?? []) < Self.tolerance)
            var scores = try Similarity.inner.scores(of: vector.values, to: labels)
            #expect(difference(scores, trace["similarities"]?.floats ?? []) < Self.tolerance)
            softmax(&scores, using: workspace)
            #expect(difference(scores, trace["confidences"]?.floats ?? []) < Self.tolerance)
            let tokens = try #require(message["tokens"]?.int)
            try checkTags(weights, rows: rows, tokens: tokens, trace, workspace)
        }
    }

    private func checkTags(
        _ weights: StoredWeights, rows: Matrix, tokens: Int, _ trace: JSONObject, _ workspace: Workspace
    ) throws {
        var entityTags: [Int] = []
        for kind in ["entity", "role", "group"] {
            var input = rows
            if kind != "entity" {
                let embed = try DenseLayer(weights.scope("embed.\(kind).tags/_dense"))
                var oneHot = Matrix(rows: rows.rows, columns: embed.inputs)
                for (row, tag) in entityTags.enumerated() { oneHot[row, tag] = 1 }
                let tags = try embed.apply(oneHot, using: workspace)
                input = Matrix(
                    rows: rows.rows, columns: rows.columns + tags.columns,
                    values: (0..<rows.rows).flatMap { Array(rows.row($0)) + Array(tags.row($0)) })
            }
            let logits = try DenseLayer(weights.scope("embed.\(kind).logits/_dense")).apply(input, using: workspace)
            #expect(difference(logits, trace["entity.\(kind).logits"]?.matrix ?? Matrix()) < Self.tolerance)
            let decoder = try LinearChainDecoder(weights.scope("crf.\(kind)"))
            let (tags, confidences) = try decoder.decode(logits, length: tokens, using: workspace)
            #expect(tags == trace["entity.\(kind).ids"]?.array?.compactMap(\.int))
            #expect(difference(confidences, trace["entity.\(kind).scores"]?.floats ?? []) < Self.tolerance)
            if kind == "entity" { entityTags = tags }
        }
    }

    @Test("a response selector: the last token's row", arguments: Arithmetic.all)
    func selector(_ arithmetic: Arithmetic) throws {
        let weights = try StoredWeights("selector", packed: arithmetic.packed)
        let workspace = Workspace(level: arithmetic.level)
        let layer = try SequenceLayer(
            weights.scope("sequence_layer.text"), configuration: TransformerConfiguration(heads: 2))
        let embed = try DenseLayer(weights.scope("embed.text/_dense"))
        for message in try #require(Fixtures.json("selector.json")["messages"]?.array) {
            let tokens = try #require(message["tokens"]?.int)
            var row = Matrix()
            try layer.apply(
                sequence: features(message["sequence"]), sentence: features(message["sentence"]),
                rows: .only(max(0, tokens - 1)), to: &row, using: workspace)
            let vector = try embed.apply(row, using: workspace)
            let wanted = try #require(message["trace"]?["text.sentence_embedded"]).floats
            #expect(difference(vector.values, wanted) < Self.tolerance)
        }
    }

    @Test("TED: turns, dialogue and similarities", arguments: Arithmetic.all)
    func ted(_ arithmetic: Arithmetic) throws {
        let weights = try StoredWeights("ted", packed: arithmetic.packed)
        let workspace = Workspace(level: arithmetic.level)
        let transformer = try Transformer(
            weights.scope("transformer.dialogue"), configuration: TransformerConfiguration(heads: 4))
        let embed = try DenseLayer(weights.scope("embed.dialogue/_dense"))
        let recorded = try Fixtures.json("ted.json")
        let labels = try #require(recorded["labels"]).matrix
        for dialogue in try #require(recorded["dialogues"]?.array) {
            let trace = try #require(dialogue["trace"]?.object)
            let turns = try #require(dialogue["rows"]?.array)
            for attribute in ["action_name", "active_loop", "entities", "intent", "slots"] {
                let concat = try SparseDenseConcat(weights.scope("sparse_dense_concat_layer.\(attribute)"))
                let encoding = try FeedForward(weights.scope("encoding_layer.\(attribute)"))
                let wanted = try #require(trace["encoded.\(attribute)"]).matrix
                for (index, turn) in turns.enumerated() {
                    guard let row = turn[attribute]?["sentence"]?.array?.first?.sparse else { continue }
                    var encoded = try concat.apply(FeatureSet(sparse: row), using: workspace)
                    try encoding.apply(&encoded, using: workspace)
                    #expect(difference(encoded.values, Array(wanted.row(index))) < Self.tolerance)
                }
            }
            let forward = try #require(trace["dialogue_in"]).matrix
            let reversed = Matrix(
                rows: forward.rows, columns: forward.columns,
                values: (0..<forward.rows).reversed().flatMap { Array(forward.row($0)) })
            var row = Matrix()
            try transformer.apply(reversed, rows: .only(0), to: &row, using: workspace)
            gelu(&row, using: workspace)
            #expect(difference(row.values, trace["dialogue_transformed"]?.floats ?? []) < Self.tolerance)
            let vector = try embed.apply(row, using: workspace)
            let scores = try Similarity.inner.scores(of: vector.values, to: labels)
            #expect(difference(scores, trace["similarities"]?.floats ?? []) < Self.tolerance)
        }
    }

    private func features(_ json: JSON?) -> FeatureSet? {
        json?.sparse.map { FeatureSet(sparse: $0) }
    }
}
