import JSON
import TestSupport
import Testing

@testable import Tensors

@Suite("Tags are decoded as Rasa decodes them")
struct LinearChainDecoderTests {
    private func decoder(_ transitions: Matrix) throws -> LinearChainDecoder {
        let tensor = tensor(transitions.values, [transitions.rows, transitions.columns])
        return try LinearChainDecoder(StoredWeights(tensors: ["transitions": tensor]))
    }

    @Test("recorded cases")
    func recorded() throws {
        for entry in try #require(Fixtures.json("crf_decode.json").array) {
            let decoder = try decoder(try #require(entry["transitions"]).matrix)
            let (tags, confidences) = try decoder.decode(
                try #require(entry["logits"]).matrix, length: try #require(entry["length"]?.int), using: Workspace())
            #expect(tags == entry["ids"]?.array?.compactMap(\.int))
            #expect(difference(confidences, entry["confidences"]?.floats ?? []) < 1e-6)
        }
    }

    @Test("a confidence of exactly 1 leads to the score of tag 1")
    func certainty() throws {
        let decoder = try decoder(Matrix(rows: 2, columns: 2, values: [0, -1, 0.5, 2]))
        let logits = Matrix(rows: 4, columns: 2, values: [1, 0.5, 0.2, 100, 200, 0, 0, 0])
        let (tags, confidences) = try decoder.decode(logits, length: 3, using: Workspace())
        #expect(tags == [1, 1, 0, 0])
        #expect(confidences[2] == 1)
        #expect(confidences[1] == 1)
        // The scores of the second token: from [1, 0.5] to tag 0 by [1, 1], to tag 1 by [0, 2.5].
        var toSecondTag: [Float] = [0, 2.5]
        softmax(&toSecondTag, using: Workspace())
        #expect(abs(confidences[0] - toSecondTag[1]) < 1e-6)
        let unsure = Matrix(rows: 4, columns: 2, values: [1, 0.5, 0.2, 0.1, 200, 0, 0, 0])
        let doubtful = try decoder.decode(unsure, length: 3, using: Workspace())
        #expect(abs(doubtful.confidences[0] - 0.5) < 1e-6)
    }

    @Test("without tokens there are no tags; one row has its best tag")
    func short() throws {
        let decoder = try decoder(Matrix(rows: 2, columns: 2))
        let none = try decoder.decode(Matrix(rows: 1, columns: 2, values: [0, 9]), length: 0, using: Workspace())
        #expect(none.tags == [0])
        let one = try decoder.decode(Matrix(rows: 1, columns: 2, values: [0, 9]), length: 1, using: Workspace())
        #expect(one.tags == [1])
        #expect(throws: TensorError.self) {
            try decoder.decode(Matrix(rows: 1, columns: 3), length: 1, using: Workspace())
        }
        #expect(throws: TensorError.self) {
            try decoder.decode(Matrix(rows: 1, columns: 2), length: 2, using: Workspace())
        }
    }
}
