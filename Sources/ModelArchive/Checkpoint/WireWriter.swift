/// Writes what ``WireReader`` reads: variable-length numbers and Protocol Buffers fields.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func varint(_ number: Int) { varint(UInt64(number)) }

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func fixed(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }

    mutating func fixed(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }

    mutating func field(_ field: Int, number: Int) {
        varint(field << 3)
        varint(number)
    }

    mutating func field(_ field: Int, fixed number: UInt32) {
        varint(field << 3 | 5)
        fixed(number)
    }

    mutating func field(_ field: Int, fixed number: UInt64) {
        varint(field << 3 | 1)
        fixed(number)
    }

    /// A text, or a message that was written before.
    mutating func field(_ field: Int, bytes content: some Collection<UInt8>) {
        varint(field << 3 | 2)
        varint(content.count)
        append(content)
    }
}
