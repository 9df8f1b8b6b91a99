/// The bytes of texts that stand in JSON as they are, whatever the style: printable ASCII but for quotes and
/// backslashes.
enum PlainBytes {
    /// Where the run of such bytes from a place on ends, found eight at a time.
    static func end(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at + 8 <= bytes.count {
            let others = others(in: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            guard others == 0 else { return at + others.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < bytes.count, isPlain(bytes[at]) { at += 1 }
        return at
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = ones << 7

    /// Eight bytes of which the first that is not plain has its top bit set, and none before it.
    private static func others(in word: UInt64) -> UInt64 {
        let quotes = word ^ ones &* 0x22
        let backslashes = word ^ ones &* 0x5C
        let controls = word &- ones &* 0x20
        let beyond = word &+ ones
        return (controls | beyond | word | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & tops
    }
}
