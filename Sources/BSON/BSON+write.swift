import ExactText
import OrderedCollections

extension BSON {
    /// The bytes of a document.
    ///
    /// - Throws: ``BSONError``.
    package static func bytes(_ document: BSONDocument) throws(BSONError) -> [UInt8] {
        var bytes: [UInt8] = []
        try append(document.elements.lazy.map { ($0.key.string, $0.value) }, to: &bytes, depth: 0)
        return bytes
    }

    private static func append(
        _ members: some Sequence<(String, BSON)>, to bytes: inout [UInt8], depth: Int
    ) throws(BSONError) {
        guard depth < deepest else { throw BSONError(.tooDeep) }
        let start = bytes.count
        append(Int32(0), to: &bytes)
        for (name, value) in members {
            guard !name.utf8.contains(0) else { throw BSONError(.badName) }
            bytes.append(try value.type())
            bytes.append(contentsOf: name.utf8)
            bytes.append(0)
            try value.append(to: &bytes, depth: depth)
        }
        bytes.append(0)
        setLength(Int32(truncatingIfNeeded: bytes.count - start), at: start, in: &bytes)
    }

    private func append(to bytes: inout [UInt8], depth: Int) throws(BSONError) {
        switch self {
        case .double(let value): Self.append(value.bitPattern, to: &bytes)
        case .string(let value):
            let start = bytes.count
            Self.append(Int32(0), to: &bytes)
            bytes.append(contentsOf: value.utf8)
            bytes.append(0)
            Self.setLength(Int32(truncatingIfNeeded: bytes.count - start - 4), at: start, in: &bytes)
        case .document(let members):
            try Self.append(members.elements.lazy.map { ($0.key.string, $0.value) }, to: &bytes, depth: depth + 1)
        case .array(let values):
            try Self.append(values.enumerated().lazy.map { (String($0), $1) }, to: &bytes, depth: depth + 1)
        case .binary(let value):
            Self.append(Int32(truncatingIfNeeded: value.count), to: &bytes)
            bytes.append(0)
            bytes.append(contentsOf: value)
        case .objectID(let id): bytes.append(contentsOf: id.prefix(12))
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .null, .other: break
        case .int32(let value): Self.append(value, to: &bytes)
        case .int64(let value): Self.append(value, to: &bytes)
        case .decimal(let value):
            Self.append(value.low, to: &bytes)
            Self.append(value.high, to: &bytes)
        }
    }

    private func type() throws(BSONError) -> UInt8 {
        switch self {
        case .double: return 0x01
        case .string: return 0x02
        case .document: return 0x03
        case .array: return 0x04
        case .binary: return 0x05
        case .objectID(let id):
            guard id.count == 12 else { throw BSONError(.unwritable) }
            return 0x07
        case .bool: return 0x08
        case .null: return 0x0A
        case .int32: return 0x10
        case .int64: return 0x12
        case .decimal: return 0x13
        case .other: throw BSONError(.unwritable)
        }
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func setLength(_ length: Int32, at place: Int, in bytes: inout [UInt8]) {
        for offset in 0..<4 { bytes[place + offset] = UInt8(truncatingIfNeeded: length >> Int32(offset * 8)) }
    }
}
