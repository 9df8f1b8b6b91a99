import JSON
import TestSupport
import Testing

@testable import Networks

@Suite("Batches are those of the real Rasa for the same permutations")
struct RecordedBatchesTests {
    @Test("in every epoch")
    func batches() throws {
        let cases = try #require(JSON(parsing: Fixtures.bytes("batches.json")).array)
        #expect(!cases.isEmpty)
        for recorded in cases {
            let labels = integers(recorded["label_ids"])
            var options = LearningOptions()
            options.epochs = recorded["epochs"]?.int ?? 0
            let sizes = integers(recorded["batch_size"])
            let single = recorded["batch_size"]?.int ?? 0
            options.batchSizes = BatchSizes(
                first: sizes.first.map { Int($0) } ?? single, last: sizes.last.map { Int($0) } ?? single)
            options.isBalanced = recorded["batch_strategy"]?.string?.unicodeScalars.first == "b"
            options.dropsSmallLastBatch = recorded["drop_small_last_batch"]?.bool ?? false
            var plan = BatchPlan(options, examples: Array(0..<Int32(labels.count)), labels: labels)
            for (epoch, result) in (recorded["result"]?.array ?? []).enumerated() {
                var permutations = (result["permutations"]?.array ?? []).map(integers)
                plan.begin(epoch: epoch) { $0 = permutations.isEmpty ? [] : permutations.removeFirst() }
                #expect(permutations.isEmpty)
                let batches = (0..<plan.count).map { Array(plan[$0]) }
                #expect(batches == (result["batches"]?.array ?? []).map(integers))
            }
        }
    }

    private func integers(_ json: JSON?) -> [Int32] { (json?.array ?? []).compactMap(\.int).map { Int32($0) } }
}
