/// The 512 bytes in front of a member of a tar archive.
struct TarHeader {
    static let size = 512

    /// The name as written, without the parts that other headers may add.
    let name: [UInt8]
    /// Bytes that follow, without the padding to whole blocks.
    let size: Int
    /// What the member is: `0` a file, `5` a directory, and so on.
    let kind: UInt8

    /// Reads a header; nil for a block of zeros, which ends the archive.
    ///
    /// - Throws: ``ArchiveError`` with `.damaged` where the check sum or a number is wrong.
    init?(_ block: UnsafeRawBufferPointer, archive: String) throws(ArchiveError) {
        if block.allSatisfy({ $0 == 0 }) { return nil }
        guard let written = TarHeader.number(block[148..<156]), written == TarHeader.checkSum(of: block) else {
            throw ArchiveError(.damaged, "\(archive) is damaged: a member's header is not that of a tar archive")
        }
        guard let size = TarHeader.number(block[124..<136]) else {
            throw ArchiveError(.damaged, "\(archive) is damaged: a member's size is not a number")
        }
        self.size = size
        kind = block[156]
        var name = TarHeader.text(block[0..<100])
        // The prefix field exists in the POSIX format only; GNU's ("ustar  ") keeps other things there.
        if block[257..<263].elementsEqual("ustar\0".utf8) {
            let prefix = TarHeader.text(block[345..<500])
            if !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
        }
        self.name = name
    }

    private static func text(_ field: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        Array(field.prefix { $0 != 0 })
    }

    /// A number in octal digits, or in base 256 where the first bit is set.
    private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            return field.dropFirst().reduce(Int?.some(0)) { value, byte in
                guard let value, value <= Int.max >> 8 else { return nil }
                return value << 8 | Int(byte)
            }
        }
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        return digits.reduce(Int?.some(0)) { value, byte in
            guard let value, UInt8(ascii: "0")...UInt8(ascii: "7") ~= byte, value <= Int.max >> 3 else { return nil }
            return value << 3 | Int(byte - UInt8(ascii: "0"))
        }
    }

    private static func checkSum(of block: UnsafeRawBufferPointer) -> Int {
        block.enumerated().reduce(0) { sum, byte in
            sum + (148..<156 ~= byte.offset ? Int(UInt8(ascii: " ")) : Int(byte.element))
        }
    }
}
