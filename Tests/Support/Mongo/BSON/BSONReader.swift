import ExactText
import OrderedCollections

extension BSON {
    /// Reads a document from its bytes.
    ///
    /// - Throws: `MongoPeerMessage.Malformed`, too for kinds of values that no client of the tests sends.
    static func document(_ bytes: some Sequence<UInt8>) throws -> BSONDocument {
        var reader = BSONReader(bytes: Array(bytes))
        return BSONDocument(try reader.document(), uniquingKeysWith: { _, last in last })
    }
}

/// Reads values one after another, and never beyond the end of what it was given.
private struct BSONReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws -> [(ExactString, BSON)] {
        let start = place
        let length = Int(try number(Int32.self))
        guard length >= 5, length <= bytes.count - start else { throw MongoPeerMessage.Malformed() }
        let end = start + length - 1
        var members: [(ExactString, BSON)] = []
        while place < end {
            let type = try skip(1).first
            let name = try name()
            members.append((name.exact, try value(type)))
        }
        place = end + 1
        return members
    }

    private mutating func value(_ type: UInt8?) throws -> BSON {
        switch type {
        case 0x01: return .double(Double(bitPattern: try number(UInt64.self)))
        case 0x02:
            let text = try skip(Int(try number(Int32.self)))
            return .string(String(decoding: text.dropLast(), as: UTF8.self))
        case 0x03: return .document(BSONDocument(try document(), uniquingKeysWith: { _, last in last }))
        case 0x04: return .array(try document().map(\.1))
        case 0x05:
            let length = Int(try number(Int32.self))
            _ = try skip(1)
            return .binary(Array(try skip(length)))
        case 0x07: return .objectID(Array(try skip(12)))
        case 0x08: return .bool(try skip(1).first != 0)
        case 0x0A: return .null
        case 0x10: return .int32(try number(Int32.self))
        case 0x12: return .int64(try number(Int64.self))
        case 0x13: return .decimal(Array(try skip(16)))
        default: throw MongoPeerMessage.Malformed()
        }
    }

    private mutating func name() throws -> String {
        guard let end = bytes[place...].firstIndex(of: 0) else { throw MongoPeerMessage.Malformed() }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws -> Number {
        try skip(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private mutating func skip(_ count: Int) throws -> ArraySlice<UInt8> {
        guard 0...(bytes.count - place) ~= count else { throw MongoPeerMessage.Malformed() }
        defer { place += count }
        return bytes[place..<(place + count)]
    }
}
