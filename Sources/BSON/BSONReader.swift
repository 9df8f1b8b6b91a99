extension BSON {
    /// Reads a document from its bytes.
    ///
    /// - Throws: ``BSONError``.
    package static func document(_ bytes: some Sequence<UInt8>) throws(BSONError) -> BSONDocument {
        var reader = BSONReader(bytes: Array(bytes))
        let members = try reader.document(depth: 0)
        guard reader.isAtEnd else { throw BSONError(.malformed) }
        return BSONDocument(members: members)
    }
}

/// Reads values one after another, and never beyond the end of what it was given.
private struct BSONReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func document(depth: Int) throws(BSONError) -> [(String, BSON)] {
        guard depth < BSON.deepest else { throw BSONError(.tooDeep) }
        let start = place
        let length = Int(try number(Int32.self))
        guard length >= 5, length <= bytes.count - start else { throw BSONError(.malformed) }
        let end = start + length - 1
        var members: [(String, BSON)] = []
        while place < end {
            let type = bytes[place]
            place += 1
            let name = try name()
            members.append((name, try value(type, depth: depth)))
        }
        guard place == end, bytes[end] == 0 else { throw BSONError(.malformed) }
        place += 1
        return members
    }

    private mutating func value(_ type: UInt8, depth: Int) throws(BSONError) -> BSON {
        switch type {
        case 0x01: return .double(Double(bitPattern: try number(UInt64.self)))
        case 0x02: return .string(try string())
        case 0x03:
            return .document(BSONDocument(members: try document(depth: depth + 1)))
        case 0x04: return .array(try document(depth: depth + 1).map(\.1))
        case 0x05:
            let length = Int(try number(Int32.self))
            guard length >= 0 else { throw BSONError(.malformed) }
            let isPlain = try skip(1).first == 0
            let bytes = try skip(length)
            return isPlain ? .binary(Array(bytes)) : .other(type: type)
        case 0x07: return .objectID(Array(try skip(12)))
        case 0x08: return .bool(try skip(1).first != 0)
        case 0x0A: return .null
        case 0x10: return .int32(try number(Int32.self))
        case 0x12: return .int64(try number(Int64.self))
        case 0x13:
            let low = try number(UInt64.self)
            return .decimal(Decimal128(low: low, high: try number(UInt64.self)))
        default:
            try passOver(type, depth: depth)
            return .other(type: type)
        }
    }

    private mutating func passOver(_ type: UInt8, depth: Int) throws(BSONError) {
        switch type {
        case 0x06, 0x7F, 0xFF: break
        case 0x09, 0x11: _ = try skip(8)  // A time.
        case 0x0B:  // A regular expression.
            _ = try name()
            _ = try name()
        case 0x0C:  // A pointer to another document.
            _ = try string()
            _ = try skip(12)
        case 0x0D, 0x0E: _ = try string()  // Code, a symbol.
        case 0x0F:  // Code with its variables.
            _ = try number(Int32.self)
            _ = try string()
            _ = try document(depth: depth + 1)
        default: throw BSONError(.malformed)
        }
    }

    private mutating func name() throws(BSONError) -> String {
        guard let end = bytes[place...].firstIndex(of: 0) else { throw BSONError(.malformed) }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    private mutating func string() throws(BSONError) -> String {
        let length = Int(try number(Int32.self))
        guard length >= 1 else { throw BSONError(.malformed) }
        let text = try skip(length)
        guard text.last == 0 else { throw BSONError(.malformed) }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(BSONError) -> Number {
        let size = Number.bitWidth / 8
        return try skip(size).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private mutating func skip(_ count: Int) throws(BSONError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - place else { throw BSONError(.malformed) }
        defer { place += count }
        return bytes[place..<(place + count)]
    }
}
