/// The bytes of a pickle, read front to back. Nothing is read past their end.
struct PickleBytes {
    let content: [UInt8]
    private(set) var offset = 0

    init(_ content: [UInt8]) { self.content = content }

    var rest: Int { content.count - offset }

    /// The next bytes, without a copy.
    mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
        guard count <= rest else {
            throw PickleError(.damaged, at: offset, "ends inside a value of \(count) bytes")
        }
        defer { offset += count }
        return content[offset..<offset + count]
    }

    mutating func byte() throws(PickleError) -> UInt8 {
        guard offset < content.count else { throw PickleError(.damaged, at: offset, "ends without its end") }
        defer { offset += 1 }
        return content[offset]
    }

    /// A little-endian number.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type) throws(PickleError) -> Number {
        var number: Number = 0
        for (place, byte) in try take(MemoryLayout<Number>.size).enumerated() {
            number |= Number(byte) << Number(8 * place)
        }
        return number
    }

    /// As many bytes as the number before them says.
    mutating func counted<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(PickleError) -> ArraySlice<UInt8> {
        let start = offset
        guard let count = Int(exactly: try number(type)), count <= rest else {
            throw PickleError(.damaged, at: start, "announces more bytes than it has")
        }
        return try take(count)
    }

    /// The bytes before the next end of line, at most so many.
    mutating func line(atMost limit: Int) throws(PickleError) -> ArraySlice<UInt8> {
        guard let end = content[offset..<min(content.count, offset + limit)].firstIndex(of: UInt8(ascii: "\n")) else {
            throw PickleError(.damaged, at: offset, "has a name without an end")
        }
        defer { offset = end + 1 }
        return content[offset..<end]
    }
}
