/// The variables of a TensorFlow checkpoint by key, from its `.index` file, a table in LevelDB's format.
struct CheckpointIndex {
    private(set) var entries: [(key: String, entry: BundleEntry)] = []

    private static let maxKey = 4096
    private static let maxEntries = 100_000

    /// Reads the index; the blocks' check sums are verified.
    ///
    /// - Parameter name: The file that is named in errors.
    /// - Throws: ``ArchiveError`` with `.badCheckpoint`.
    init(_ file: UnsafeRawBufferPointer, name: String, checkSums: CRC32C) throws(ArchiveError) {
        let refuse = { (what: String) in ArchiveError(.badCheckpoint, "\(name): \(what)") }
        guard file.count >= TableWriter.footerSize,
            UInt64(littleEndian: file.loadUnaligned(fromByteOffset: file.count - 8, as: UInt64.self))
                == TableWriter.magic
        else { throw refuse("not the index of a TensorFlow checkpoint") }
        var footer = WireReader(file.suffix(TableWriter.footerSize))
        guard let metaOffset = footer.size(), let metaSize = footer.size(), let offset = footer.size(),
            let size = footer.size()
        else { throw refuse("the footer cannot be read") }
        let blocks = Blocks(file: file, checkSums: checkSums)
        guard blocks.block(offset: metaOffset, size: metaSize) != nil,
            let index = blocks.block(offset: offset, size: size), let handles = Blocks.entries(of: index)
        else {
            throw refuse("the index block is damaged")
        }
        // Blocks follow one another; without this a small file could name the same block over and over.
        var end = 0
        var hasHeader = false
        for (_, value) in handles {
            var handle = WireReader(value)
            guard let offset = handle.size(), let size = handle.size(), offset >= end,
                let block = blocks.block(offset: offset, size: size), let content = Blocks.entries(of: block)
            else { throw refuse("a block is damaged or out of place") }
            end = offset + size
            for (key, value) in content {
                if key.isEmpty {
                    guard CheckpointIndex.isSupportedHeader(value) else {
                        throw refuse("the checkpoint has several shards or another byte order, which Rasa never writes")
                    }
                    hasHeader = true
                    continue
                }
                guard let key = String(validating: key, as: UTF8.self), let entry = BundleEntry(value) else {
                    throw refuse("variable number \(entries.count + 1) has an impossible size, shape or type")
                }
                guard entries.count < CheckpointIndex.maxEntries else { throw refuse("too many variables") }
                entries.append((key, entry))
            }
        }
        guard hasHeader else { throw refuse("the header is missing") }
    }

    /// One shard, little-endian.
    private static func isSupportedHeader(_ message: UnsafeRawBufferPointer.SubSequence) -> Bool {
        var reader = WireReader(message)
        var shards: UInt64 = 0
        while !reader.isAtEnd {
            guard let field = reader.field() else { return false }
            switch (field.number, field.value) {
            case (1, .number(let value)): shards = value
            case (2, .number(let value)) where value != 0: return false
            default: break
            }
        }
        return shards == 1
    }

    private struct Blocks {
        let file: UnsafeRawBufferPointer
        let checkSums: CRC32C

        /// The content of an uncompressed block; nil if it lies outside the file or its check sum is wrong.
        func block(offset: Int, size: Int) -> UnsafeRawBufferPointer? {
            guard offset <= file.count, size <= file.count - offset, file.count - offset - size >= 5, size >= 4,
                file[offset + size] == 0
            else { return nil }
            let content = UnsafeRawBufferPointer(rebasing: file[offset..<offset + size])
            let stored = UInt32(littleEndian: file.loadUnaligned(fromByteOffset: offset + size + 1, as: UInt32.self))
            return checkSums.masked(content, followedBy: 0) == stored ? content : nil
        }

        /// The entries of a block in order. A key shares its beginning with the one before.
        static func entries(
            of block: UnsafeRawBufferPointer
        ) -> [(key: [UInt8], value: UnsafeRawBufferPointer.SubSequence)]? {
            let restarts = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: block.count - 4, as: UInt32.self))
            guard Int(restarts) <= (block.count - 4) / 4 else { return nil }
            var reader = WireReader(block.prefix(block.count - 4 - 4 * Int(restarts)))
            var entries: [(key: [UInt8], value: UnsafeRawBufferPointer.SubSequence)] = []
            var key: [UInt8] = []
            while !reader.isAtEnd {
                guard let shared = reader.size(), let fresh = reader.size(), let length = reader.size(),
                    shared <= key.count, let tail = reader.bytes(fresh), let value = reader.bytes(length),
                    shared + tail.count <= maxKey, entries.count < maxEntries
                else { return nil }
                key.removeLast(key.count - shared)
                key.append(contentsOf: tail)
                entries.append((key, value))
            }
            return entries
        }
    }
}
