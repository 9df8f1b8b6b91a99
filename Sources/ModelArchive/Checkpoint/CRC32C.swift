/// CRC-32C (Castagnoli) as TensorFlow and LevelDB use it, eight bytes a step.
struct CRC32C {
    /// Eight tables of 256 entries: entry `b` of table `k` is the remainder of byte `b` followed by `k` zeros.
    private let tables: [UInt32]

    init() {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = remainder
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        self.tables = tables
    }

    /// The check sum of `bytes` followed by `last`, in the masked form in which checkpoints store it.
    func masked(_ bytes: UnsafeRawBufferPointer, followedBy last: UInt8? = nil) -> UInt32 {
        var sum = update(UInt32.max, bytes)
        if let last { sum = withUnsafeBytes(of: last) { update(sum, $0) } }
        sum = ~sum
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    private func update(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var sum = start
            var at = 0
            while at + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ UInt64(sum)
                sum = table[1792 + Int(word & 0xFF)] ^ table[1536 + Int(word >> 8 & 0xFF)]
                sum ^= table[1280 + Int(word >> 16 & 0xFF)] ^ table[1024 + Int(word >> 24 & 0xFF)]
                sum ^= table[768 + Int(word >> 32 & 0xFF)] ^ table[512 + Int(word >> 40 & 0xFF)]
                sum ^= table[256 + Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
                at += 8
            }
            while at < bytes.count {
                sum = sum >> 8 ^ table[Int((sum ^ UInt32(bytes[at])) & 0xFF)]
                at += 1
            }
            return sum
        }
    }
}
