import ModelArchive
import TestSupport
import Testing

@Suite("Checkpoints whose parts do not fit are refused")
struct HostileCheckpointTests {
    private func refusal(_ build: (inout CheckpointBuilder) -> Void) throws -> ArchiveError? {
        var checkpoint = CheckpointBuilder()
        checkpoint.add("embed..label/_dense/bias", shape: [2], values: [1, 2])
        build(&checkpoint)
        return try refusal(of: SmallArchive(checkpoint: checkpoint).bytes)
    }

    private func refusal(of archive: [UInt8]) throws -> ArchiveError? {
        do {
            _ = try TemporaryDirectory().open(archive)
            return nil
        } catch let error as ArchiveError {
            return error
        }
    }

    @Test func goodCheckpointPasses() throws {
        #expect(try refusal { $0.add("a/kernel", shape: [2, 1], values: [3, 4]) } == nil)
    }

    @Test(arguments: [
        [-1], [2, -2], [Int64.min], [Int64.max], [Int64.max, 2], [1 << 32, 1 << 32], [3], [1], [], [0, 7],
        // The bits of a floating-point NaN.
        [Int64(bitPattern: 0x7FF8_0000_0000_0000)], [Int64(bitPattern: 0xFFF8_0000_0000_0000)],
        [1, 1, 1, 1, 1, 1, 1, 1, 2],
    ])
    func shapesThatDoNotFit(_ shape: [Int64]) throws {
        let error = try refusal { $0.add("a/kernel", shape: shape, values: [3, 4]) }
        #expect(error?.code == .badCheckpoint)
    }

    private static let wrongPlaces: [(offset: Int64, size: Int64)] = [
        (9, 8), (.max, 8), (-1, 8), (0, .max), (0, -8), (8, .max - 4), (0, 4), (0, 12),
    ]

    @Test(arguments: wrongPlaces)
    func placesThatDoNotFit(_ offset: Int64, _ size: Int64) throws {
        let error = try refusal { $0.add("a/kernel", shape: [2], values: [3, 4], offset: offset, size: size) }
        #expect(error?.code == .badCheckpoint)
    }

    @Test func optimizerVariablesMustFitToo() throws {
        let error = try refusal { $0.add("f1_score_metric/x", shape: [2], values: [3, 4], offset: 1000) }
        #expect(error?.code == .badCheckpoint)
    }

    @Test func wrongCheckSum() throws {
        let error = try refusal { $0.add("a/kernel", shape: [2], values: [3, 4], checkSum: 1) }
        #expect(error?.message.contains("check sum") == true)
    }

    @Test func otherShard() throws {
        #expect(try refusal { $0.add("a/kernel", shape: [2], values: [3, 4], shard: 1) }?.code == .badCheckpoint)
        #expect(try refusal { $0.header = [0x08, 0x02] }?.code == .badCheckpoint)
        #expect(try refusal { $0.header = [0x08, 0x01, 0x10, 0x01] }?.code == .badCheckpoint)
    }

    @Test func maskOfAnotherShape() throws {
        let error = try refusal {
            $0.add("a/kernel", shape: [2, 1], values: [3, 4])
            $0.add("a/kernel_mask", shape: [1, 2], values: [0, 1])
        }
        #expect(error?.message.contains("mask") == true)
    }

    @Test func indexWithWrongBytes() throws {
        var checkpoint = CheckpointBuilder()
        checkpoint.add("a/kernel", shape: [2], values: [3, 4])
        let index = checkpoint.index
        for at in stride(from: 0, to: index.count, by: 1) {
            var damaged = index
            damaged[at] ^= 0x41
            let archive = SmallArchive { tar in
                let stem = "components/\(SmallArchive.resource)/\(SmallArchive.stem).tf_model"
                tar.file("\(stem).data-00000-of-00001", checkpoint.data)
                tar.file("\(stem).index", damaged)
            }
            // Nobody looks at the padding behind the footer's handles.
            let isIgnored = index.count - 44 <= at && at < index.count - 8
            let error = try refusal(of: archive.bytes)
            #expect(error?.code == .badCheckpoint || isIgnored, "byte \(at) of \(index.count)")
        }
        for length in 0..<index.count {
            let archive = SmallArchive { tar in
                tar.file("components/a/b.tf_model.data-00000-of-00001", checkpoint.data)
                tar.file("components/a/b.tf_model.index", Array(index.prefix(length)))
            }
            #expect(try refusal(of: archive.bytes)?.code == .badCheckpoint, "length \(length)")
        }
    }

    @Test(arguments: ["index", "data-00000-of-00001", "data-00001-of-00002"])
    func halfACheckpoint(_ ending: String) throws {
        var checkpoint = CheckpointBuilder()
        checkpoint.add("a/kernel", shape: [2], values: [3, 4])
        let content = ending == "index" ? checkpoint.index : checkpoint.data
        let archive = SmallArchive { $0.file("components/a/b.tf_model.\(ending)", content) }
        #expect(try refusal(of: archive.bytes)?.code == .badCheckpoint)
    }
}
