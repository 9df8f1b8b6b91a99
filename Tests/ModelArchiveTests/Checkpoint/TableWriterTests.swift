import Testing

@testable import ModelArchive

@Suite("Tables are written as LevelDB's, byte for byte")
struct TableWriterTests {
    private func table(_ entries: [(String, [UInt8])], blockSize: Int = 256 << 10) -> [UInt8] {
        var writer = TableWriter(checkSums: CRC32C(), blockSize: blockSize)
        for (key, value) in entries { writer.add(Array(key.utf8), value) }
        return writer.finish()
    }

    /// The bytes of an uncompressed block with its end.
    private func block(_ entries: [UInt8], restarts: [UInt8]) -> [UInt8] {
        let content = entries + restarts.flatMap { [$0, 0, 0, 0] } + [UInt8(restarts.count), 0, 0, 0]
        let sum = content.withUnsafeBytes { CRC32C().masked($0, followedBy: 0) }
        return content + [0] + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    }

    private func footer(_ places: [UInt8]) -> [UInt8] {
        places + [UInt8](repeating: 0, count: 40 - places.count) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
    }

    @Test func sharedBeginningsAreLeftOut() {
        let data = block(
            [0, 0, 1, 9] + [0, 4, 1] + Array("abcd".utf8) + [1] + [3, 2, 0] + Array("xy".utf8), restarts: [0])
        let meta = block([], restarts: [0])
        // The index has the shortest key that is not before the last.
        let index = block([0, 1, 2] + Array("b".utf8) + [0, UInt8(data.count - 5)], restarts: [0])
        let places = [
            UInt8(data.count), UInt8(meta.count - 5), UInt8(data.count + meta.count), UInt8(index.count - 5),
        ]
        #expect(
            table([("", [9]), ("abcd", [1]), ("abcxy", [])]) == data + meta + index + footer(places))
    }

    @Test func everySixteenthKeyIsWhole() {
        let keys = (0..<17).map { "k\(Character(UnicodeScalar(UInt8(97 + $0))))" }
        var entries: [UInt8] = [0, 2, 0] + Array("ka".utf8)
        for key in keys[1..<16] { entries += [1, 1, 0, Array(key.utf8)[1]] }
        let restart = UInt8(entries.count)
        entries += [0, 2, 0] + Array("kq".utf8)
        let bytes = table(keys.map { ($0, []) })
        #expect(Array(bytes.prefix(entries.count + 17)) == block(entries, restarts: [0, restart]))
    }

    @Test func blocksEndWhereTheyAreFull() {
        // An entry of 4 + 3 bytes and 8 of restarts.
        let first = block([0, 3, 1] + Array("abc".utf8) + [1], restarts: [0])
        let second = block([0, 3, 1] + Array("abx".utf8) + [2], restarts: [0])
        let third = block([0, 4, 1] + Array("abxy".utf8) + [3], restarts: [0])
        let bytes = table([("abc", [1]), ("abx", [2]), ("abxy", [3])], blockSize: 15)
        #expect(Array(bytes.prefix(60)) == first + second + third.prefix(60 - first.count - second.count))
        // Between "abc" and "abx" is "abd"; between "abx" and "abxy" is nothing shorter. Keys of the index are whole.
        let starts = [0, first.count, first.count + second.count].map { UInt8($0) }
        let size = UInt8(first.count - 5)
        let index = block(
            [0, 3, 2] + Array("abd".utf8) + [starts[0], size] + [0, 3, 2] + Array("abx".utf8) + [starts[1], size]
                + [0, 1, 2] + Array("b".utf8) + [starts[2], size + 1], restarts: [0, 8, 16])
        #expect(Array(bytes.dropLast(48).suffix(index.count)) == index)
    }

    @Test func readerReadsManyBlocks() throws {
        let entry = BundleEntry(type: BundleEntry.float, shape: [3, 0, 70_000], offset: 1 << 33, size: 0, checkSum: 7)
        let keys = (0..<400).map { "model/layer/\(1000 + $0)/kernel" }
        let bytes = table([("", BundleEntry.header)] + keys.map { ($0, entry.encoded()) }, blockSize: 512)
        let index = try bytes.withUnsafeBytes { try CheckpointIndex($0, name: "test", checkSums: CRC32C()) }
        #expect(index.entries.map(\.key) == keys)
        #expect(index.entries.allSatisfy { $0.entry.shape == [3, 0, 70_000] && $0.entry.offset == 1 << 33 })
        #expect(index.entries.allSatisfy { $0.entry.size == 0 && $0.entry.checkSum == 7 && $0.entry.isFloat })
    }

    @Test func indexesOfTensorFlowComeOutAsTheyWere() throws {
        let archive = try ArchiveMembers.tiny()
        #expect(archive.checkpoints.count == 5)
        for checkpoint in archive.checkpoints {
            var writer = TableWriter(checkSums: CRC32C())
            writer.add([], BundleEntry.header)
            for (key, entry) in try archive.index(checkpoint).entries { writer.add(Array(key.utf8), entry.encoded()) }
            #expect(writer.finish() == archive.files["\(checkpoint).index"], "\(checkpoint)")
        }
    }
}
