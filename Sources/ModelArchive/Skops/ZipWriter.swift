import CZlib

/// Writes a zip file whose members are stored as they are.
struct ZipWriter {
    private var content: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ bytes: [UInt8]) {
        let sum = bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
        var common: [UInt8] = []
        // The version that is needed, no flags, stored, and the first day that a zip file can name: the same model is
        // the same file.
        for number: UInt16 in [20, 0, 0, 0, 0x21] { common += Self.bytes(number) }
        common += Self.bytes(sum)
        common +=
            Self.bytes(UInt32(truncatingIfNeeded: bytes.count)) + Self.bytes(UInt32(truncatingIfNeeded: bytes.count))
        common += Self.bytes(UInt16(truncatingIfNeeded: name.utf8.count)) + Self.bytes(UInt16(0))
        directory += [0x50, 0x4B, 1, 2] + Self.bytes(UInt16(20)) + common
        // No comment, the first disk, no attributes.
        directory += [UInt8](repeating: 0, count: 10) + Self.bytes(UInt32(truncatingIfNeeded: content.count))
        directory += Array(name.utf8)
        content += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + bytes
        count += 1
    }

    /// The whole file.
    var finished: [UInt8] {
        let number = Self.bytes(UInt16(truncatingIfNeeded: count))
        return content + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + number + number
            + Self.bytes(UInt32(truncatingIfNeeded: directory.count))
            + Self.bytes(UInt32(truncatingIfNeeded: content.count)) + [0, 0]
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
