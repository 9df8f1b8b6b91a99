/// One record of a file for TensorBoard, read back on the check sums' own definition rather than the writer's code.
package struct EventRecord: Hashable {
    package private(set) var time = 0.0
    package private(set) var step = 0
    /// Nil for the head of a file.
    package private(set) var tag: String?
    /// The part of TensorBoard that shows it.
    package private(set) var plugin: String?
    /// Of a tensor: the type of its elements, its shape, and its bytes or texts.
    package private(set) var type = 0
    package private(set) var shape: [Int] = []
    package private(set) var content: [UInt8] = []
    package private(set) var texts: [[UInt8]] = []
    /// The number, if it is one.
    package var value: Float? {
        guard type == 1, shape.isEmpty, content.count == 4 else { return nil }
        return Float(bitPattern: UInt32(Self.number(content[...])))
    }

    package struct Damaged: Error {}

    /// The records of a whole file.
    package static func read(_ bytes: [UInt8]) throws -> [EventRecord] {
        var records: [EventRecord] = []
        var rest = bytes[...]
        func checked(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count + 4 <= rest.count else { throw Damaged() }
            let content = rest.prefix(count)
            rest = rest.dropFirst(count)
            guard number(rest.prefix(4)) == masked(content) else { throw Damaged() }
            rest = rest.dropFirst(4)
            return content
        }
        while !rest.isEmpty {
            let length = number(try checked(8))
            records.append(try EventRecord(event: checked(Int(length))))
        }
        return records
    }

    /// CRC-32C, one bit after the other, then TensorFlow's mask.
    private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
        }
        sum = ~sum
        return UInt64((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private init(event: ArraySlice<UInt8>) throws {
        for field in try Self.fields(event) {
            switch field.number {
            case 1: time = Double(bitPattern: field.value)
            case 2: step = Int(field.value)
            case 5:
                for value in try Self.fields(field.bytes) { try take(value: value.bytes) }
            default: break
            }
        }
    }

    private mutating func take(value: ArraySlice<UInt8>) throws {
        for field in try Self.fields(value) {
            switch field.number {
            case 1: tag = String(decoding: field.bytes, as: UTF8.self)
            case 8: try take(tensor: field.bytes)
            case 9:
                let data = try Self.fields(field.bytes).first { $0.number == 1 }
                let name = try data.flatMap { try Self.fields($0.bytes).first { $0.number == 1 } }
                plugin = name.map { String(decoding: $0.bytes, as: UTF8.self) }
            default: throw Damaged()
            }
        }
    }

    private mutating func take(tensor: ArraySlice<UInt8>) throws {
        for field in try Self.fields(tensor) {
            switch field.number {
            case 1: type = Int(field.value)
            case 2:
                for dimension in try Self.fields(field.bytes) {
                    shape.append(Int(try Self.fields(dimension.bytes).first?.value ?? 0))
                }
            case 4: content = Array(field.bytes)
            case 8: texts.append(Array(field.bytes))
            default: throw Damaged()
            }
        }
    }

    /// A field of a message: a number, or bytes.
    private struct Field {
        let number: Int
        var value: UInt64 = 0
        var bytes: ArraySlice<UInt8> = []
    }

    private static func fields(_ message: ArraySlice<UInt8>) throws -> [Field] {
        var fields: [Field] = []
        var rest = message
        func varint() throws -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            throw Damaged()
        }
        func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count <= rest.count else { throw Damaged() }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        while !rest.isEmpty {
            let tag = try varint()
            var field = Field(number: Int(tag >> 3))
            switch tag & 7 {
            case 0: field.value = try varint()
            case 1: field.value = number(try take(8))
            case 2: field.bytes = try take(Int(try varint()))
            case 5: field.value = number(try take(4))
            default: throw Damaged()
            }
            fields.append(field)
        }
        return fields
    }
}
