/// Reads variable-length numbers and Protocol Buffers fields; every step returns nil at bytes that do not fit.
struct WireReader {
    private var rest: UnsafeRawBufferPointer.SubSequence

    init(_ bytes: UnsafeRawBufferPointer.SubSequence) { rest = bytes }

    enum Value {
        case number(UInt64)
        case bytes(UnsafeRawBufferPointer.SubSequence)
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            // The tenth byte may only carry the last bit.
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    /// A variable-length number that fits an `Int`.
    mutating func size() -> Int? { varint().flatMap(Int.init(exactly:)) }

    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer.SubSequence? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func fixed(_ width: Int) -> UInt64? {
        bytes(width).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// The next field's number and value.
    mutating func field() -> (number: UInt64, value: Value)? {
        guard let tag = varint() else { return nil }
        let value: Value? =
            switch tag & 7 {
            case 0: varint().map { .number($0) }
            case 1: fixed(8).map { .number($0) }
            case 2: size().flatMap { bytes($0) }.map { .bytes($0) }
            case 5: fixed(4).map { .number($0) }
            default: nil
            }
        return value.map { (tag >> 3, $0) }
    }
}
