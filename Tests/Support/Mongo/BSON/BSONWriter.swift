import ExactText
import OrderedCollections

extension BSON {
    /// The bytes of a document.
    static func bytes(_ document: BSONDocument) -> [UInt8] {
        var bytes: [UInt8] = []
        append(document.elements.map { ($0.key.string, $0.value) }, to: &bytes)
        return bytes
    }

    private static func append(_ members: [(String, BSON)], to bytes: inout [UInt8]) {
        let start = bytes.count
        append(Int32(0), to: &bytes)
        for (name, value) in members {
            bytes.append(value.type)
            bytes += name.utf8
            bytes.append(0)
            value.append(to: &bytes)
        }
        bytes.append(0)
        setLength(bytes.count - start, at: start, in: &bytes)
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .double(let value): Self.append(value.bitPattern, to: &bytes)
        case .text(let value):
            Self.append(Int32(value.string.utf8.count + 1), to: &bytes)
            bytes += value.string.utf8
            bytes.append(0)
        case .document(let members): Self.append(members.elements.map { ($0.key.string, $0.value) }, to: &bytes)
        case .array(let values): Self.append(values.enumerated().map { (String($0), $1) }, to: &bytes)
        case .binary(let value):
            Self.append(Int32(value.count), to: &bytes)
            bytes.append(0)
            bytes += value
        case .objectID(let value), .decimal(let value): bytes += value
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .null: break
        case .int32(let value): Self.append(value, to: &bytes)
        case .int64(let value): Self.append(value, to: &bytes)
        }
    }

    private var type: UInt8 {
        switch self {
        case .double: 0x01
        case .text: 0x02
        case .document: 0x03
        case .array: 0x04
        case .binary: 0x05
        case .objectID: 0x07
        case .bool: 0x08
        case .null: 0x0A
        case .int32: 0x10
        case .int64: 0x12
        case .decimal: 0x13
        }
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func setLength(_ length: Int, at place: Int, in bytes: inout [UInt8]) {
        for offset in 0..<4 { bytes[place + offset] = UInt8(truncatingIfNeeded: length >> (offset * 8)) }
    }
}
