import CZlib

/// One event as it stands in a segment of an outbox.
///
/// Little-endian: length of what follows the header (4 bytes), CRC-32 (4), stamp (8), then length of the conversation's
/// name (4), the name, the body. The CRC covers the segment's number too, so that what an earlier use of the same file
/// left behind is never taken for a record.
struct OutboxRecord: Sendable, Hashable {
    static let headerSize = 16

    let stamp: UInt64
    let conversation: String
    let body: [UInt8]

    static func size(conversation: String, body: [UInt8]) -> Int {
        headerSize + 4 + conversation.utf8.count + body.count
    }

    /// Adds the record to what is written to a segment.
    func write(to output: inout [UInt8], segment: UInt64) {
        let start = output.count
        let length = 4 + conversation.utf8.count + body.count
        output.append(little: UInt32(length))
        output.append(little: UInt32(0))
        output.append(little: stamp)
        output.append(little: UInt32(conversation.utf8.count))
        output += conversation.utf8
        output += body
        let sum = Self.checksum(segment, output[(start + 8)...])
        for index in 0..<4 { output[start + 4 + index] = UInt8(truncatingIfNeeded: sum >> (8 * index)) }
    }

    /// Reads the record at the beginning of bytes; nil where there is no whole one of this segment.
    static func read(_ bytes: ArraySlice<UInt8>, segment: UInt64) -> (record: OutboxRecord, size: Int)? {
        guard bytes.count >= headerSize + 4 else { return nil }
        let start = bytes.startIndex
        let length = Int(bytes.little(at: start, 4))
        guard length >= 4, bytes.count >= headerSize + length else { return nil }
        let end = start + headerSize + length
        guard UInt32(bytes.little(at: start + 4, 4)) == checksum(segment, bytes[(start + 8)..<end]) else { return nil }
        let nameLength = Int(bytes.little(at: start + headerSize, 4))
        let nameStart = start + headerSize + 4
        guard nameLength <= length - 4 else { return nil }
        let record = OutboxRecord(
            stamp: bytes.little(at: start + 8, 8),
            conversation: String(decoding: bytes[nameStart..<(nameStart + nameLength)], as: UTF8.self),
            body: Array(bytes[(nameStart + nameLength)..<end]))
        return (record, headerSize + length)
    }

    /// The size of the record whose header these bytes begin with, whole or not; nil where there is none.
    static func announcedSize(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let length = Int(bytes.little(at: bytes.startIndex, 4))
        return length >= 4 ? headerSize + length : nil
    }

    private static func checksum(_ segment: UInt64, _ bytes: ArraySlice<UInt8>) -> UInt32 {
        var number: [UInt8] = []
        number.append(little: segment)
        let seed = crc32(0, number, UInt32(number.count))
        return bytes.withUnsafeBufferPointer { UInt32(crc32(seed, $0.baseAddress, UInt32($0.count))) }
    }
}

extension [UInt8] {
    mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func little(at place: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(self[place + index]) << (8 * index) }
        return value
    }
}
