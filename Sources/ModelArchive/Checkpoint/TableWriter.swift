/// Writes a table in LevelDB's format as TensorFlow does, byte for byte: sorted keys in blocks, in which a key leaves out
/// what it shares with the one before.
struct TableWriter {
    static let magic: UInt64 = 0xDB47_7524_8B80_FB57
    static let footerSize = 48

    private let checkSums: CRC32C
    /// A block ends with the entry that makes it this long.
    private let blockSize: Int
    private var file: [UInt8] = []
    private var block = Block(entriesPerRestart: 16)
    private var index = Block(entriesPerRestart: 1)
    private var lastKey: [UInt8] = []
    /// The place of a finished block. Its key in the index is made from its last key and the next one.
    private var finished: [UInt8]?

    /// A writer with the size of blocks that TensorFlow has.
    init(checkSums: CRC32C, blockSize: Int = 256 << 10) {
        self.checkSums = checkSums
        self.blockSize = blockSize
    }

    /// Adds an entry, whose key comes after all before it, byte by byte.
    mutating func add(_ key: [UInt8], _ value: [UInt8]) {
        precondition(lastKey.lexicographicallyPrecedes(key) || (block.isEmpty && index.isEmpty && finished == nil))
        if let finished {
            index.add(TableWriter.separator(lastKey, key), finished)
            self.finished = nil
        }
        block.add(key, value)
        lastKey = key
        if block.size >= blockSize { endBlock() }
    }

    /// The whole file.
    consuming func finish() -> [UInt8] {
        if !block.isEmpty { endBlock() }
        let meta = append(Block(entriesPerRestart: 16))
        if let finished { index.add(TableWriter.successor(lastKey), finished) }
        var footer = WireWriter()
        footer.append(meta)
        footer.append(append(index))
        footer.append(repeatElement(0, count: TableWriter.footerSize - 8 - footer.bytes.count))
        footer.fixed(TableWriter.magic)
        return file + footer.bytes
    }

    private mutating func endBlock() {
        finished = append(block)
        block = Block(entriesPerRestart: 16)
    }

    /// Appends a block, uncompressed, with its check sum.
    ///
    /// - Returns: Its place, as the index has it.
    private mutating func append(_ block: Block) -> [UInt8] {
        let content = block.content()
        var place = WireWriter()
        place.varint(file.count)
        place.varint(content.count)
        var end = WireWriter()
        end.append([0])
        end.fixed(content.withUnsafeBytes { checkSums.masked($0, followedBy: 0) })
        file += content
        file += end.bytes
        return place.bytes
    }

    /// A short key that is not before `key` and is before `next`.
    private static func separator(_ key: [UInt8], _ next: [UInt8]) -> [UInt8] {
        let shared = zip(key, next).prefix { $0 == $1 }.count
        guard shared < min(key.count, next.count), key[shared] < 0xFF, key[shared] + 1 < next[shared] else {
            return key
        }
        return key[..<shared] + [key[shared] + 1]
    }

    /// A short key that is not before `key`.
    private static func successor(_ key: [UInt8]) -> [UInt8] {
        guard let place = key.firstIndex(where: { $0 != 0xFF }) else { return key }
        return key[..<place] + [key[place] + 1]
    }

    private struct Block {
        let entriesPerRestart: Int
        private var entries = WireWriter()
        /// Where the keys are that are written whole, so that readers may jump there.
        private var restarts: [UInt32] = [0]
        private var sinceRestart = 0
        private var lastKey: [UInt8] = []

        init(entriesPerRestart: Int) { self.entriesPerRestart = entriesPerRestart }

        var isEmpty: Bool { entries.bytes.isEmpty }
        var size: Int { entries.bytes.count + 4 * restarts.count + 4 }

        mutating func add(_ key: [UInt8], _ value: [UInt8]) {
            var shared = 0
            if sinceRestart < entriesPerRestart {
                shared = zip(lastKey, key).prefix { $0 == $1 }.count
            } else {
                restarts.append(UInt32(entries.bytes.count))
                sinceRestart = 0
            }
            entries.varint(shared)
            entries.varint(key.count - shared)
            entries.varint(value.count)
            entries.append(key[shared...])
            entries.append(value)
            lastKey = key
            sinceRestart += 1
        }

        func content() -> [UInt8] {
            var content = entries
            for restart in restarts { content.fixed(restart) }
            content.fixed(UInt32(restarts.count))
            return content.bytes
        }
    }
}
