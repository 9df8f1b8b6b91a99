import ExactText

extension PickleReader {
    /// A value without others in it.
    mutating func leaf(_ opcode: PickleOpcode) throws(PickleError) -> PickleNode {
        switch opcode {
        case .none: return .none
        case .newTrue: return .truth(true)
        case .newFalse: return .truth(false)
        case .int4: return .whole(Int(Int32(bitPattern: try bytes.number(UInt32.self))))
        case .int1: return .whole(Int(try bytes.byte()))
        case .int2: return .whole(Int(try bytes.number(UInt16.self)))
        case .long1: return try whole(try bytes.counted(UInt8.self))
        case .long4: return try whole(try bytes.counted(UInt32.self))
        case .float: return .number(Double(bitPattern: try bytes.number(UInt64.self).byteSwapped))
        case .shortText: return try text(try bytes.counted(UInt8.self))
        case .text: return try text(try bytes.counted(UInt32.self))
        case .longText: return try text(try bytes.counted(UInt64.self))
        case .shortBytes: return .bytes(try bytes.counted(UInt8.self))
        case .bytes: return .bytes(try bytes.counted(UInt32.self))
        default: return .bytes(try bytes.counted(UInt64.self))
        }
    }

    private func text(_ content: ArraySlice<UInt8>) throws(PickleError) -> PickleNode {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw PickleError(.damaged, at: content.startIndex, "has a text that is not UTF-8")
        }
        return .text(text.exact)
    }

    /// A whole number of any length, two's complement, lowest byte first.
    private func whole(_ content: ArraySlice<UInt8>) throws(PickleError) -> PickleNode {
        guard content.count <= MemoryLayout<Int>.size else {
            throw PickleError(.notData, at: content.startIndex, "has a whole number of more than 64 bits")
        }
        guard let last = content.last else { return .whole(0) }
        var number = last < 0x80 ? 0 : -1
        for byte in content.reversed() { number = number << 8 | Int(byte) }
        return .whole(number)
    }
}
