@testable import ModelArchive

/// Builds checkpoints in TensorFlow's format, right or wrong.
struct CheckpointBuilder {
    private var entries: [(key: String, value: [UInt8])] = []
    private(set) var data: [UInt8] = []
    var header: [UInt8] = [0x08, 0x01, 0x1A, 0x02, 0x08, 0x01]

    /// Adds a tensor; every part of its description can be made wrong.
    mutating func add(
        _ name: String, shape: [Int64], values: [Float], type: UInt8 = 1, shard: UInt64 = 0, offset: Int64? = nil,
        size: Int64? = nil, checkSum: UInt32? = nil
    ) {
        let content = values.withUnsafeBytes { Array($0) }
        let dimensions = shape.flatMap { size in field(2, message: [0x08] + varint(UInt64(bitPattern: size))) }
        var value = [0x08, type] + field(2, message: dimensions)
        if shard != 0 { value += [0x18] + varint(shard) }
        value += [0x20] + varint(UInt64(bitPattern: offset ?? Int64(data.count)))
        value += [0x28] + varint(UInt64(bitPattern: size ?? Int64(content.count)))
        let sum = checkSum ?? content.withUnsafeBytes { CRC32C().masked($0) }
        value += [0x35] + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
        entries.append(("model/_tf_layers/\(name)/.ATTRIBUTES/VARIABLE_VALUE", value))
        data += content
    }

    /// The index file, with one data block.
    var index: [UInt8] {
        var file: [UInt8] = []
        let sorted = entries.sorted { $0.key < $1.key }
        let content = block([("", header)] + sorted, into: &file)
        let meta = block([], into: &file)
        let index = block([(sorted.last?.key ?? "", content)], into: &file)
        let footer = meta + index
        file += footer + [UInt8](repeating: 0, count: 40 - footer.count)
        file += withUnsafeBytes(of: UInt64(0xDB47_7524_8B80_FB57).littleEndian) { Array($0) }
        return file
    }

    /// Appends a block and answers its handle.
    private func block(_ entries: [(key: String, value: [UInt8])], into file: inout [UInt8]) -> [UInt8] {
        var content: [UInt8] = []
        for (key, value) in entries {
            content += [0] + varint(UInt64(key.utf8.count)) + varint(UInt64(value.count)) + Array(key.utf8) + value
        }
        content += [0, 0, 0, 0, 1, 0, 0, 0]
        let handle = varint(UInt64(file.count)) + varint(UInt64(content.count))
        let sum = content.withUnsafeBytes { CRC32C().masked($0, followedBy: 0) }
        file += content + [0] + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
        return handle
    }

    private func field(_ number: UInt8, message: [UInt8]) -> [UInt8] {
        [number << 3 | 2] + varint(UInt64(message.count)) + message
    }

    private func varint(_ number: UInt64) -> [UInt8] {
        var rest = number
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
