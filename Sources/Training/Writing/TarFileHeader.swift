import System

/// The block in front of a file in a tar archive.
enum TarFileHeader {
    static let blockSize = 512

    /// Zeros that follow as many bytes, so that the next header starts at a block.
    static func padding(after count: Int) -> Int { (blockSize - count % blockSize) % blockSize }

    /// - Throws: ``TrainingError`` where the path is too long for tar.
    static func encode(path: String, size: Int, time: Int) throws(TrainingError) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: blockSize)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        let (prefix, name) = try split(path)
        put(name, at: 0)
        put(0o644.padded(7, radix: 8), at: 100)
        put(0.padded(7, radix: 8), at: 108)
        put(0.padded(7, radix: 8), at: 116)
        put(size.padded(11, radix: 8), at: 124)
        put(time.padded(11, radix: 8), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(sum.padded(6, radix: 8) + "\u{0} ", at: 148)
        return header
    }

    /// A path in the two fields that tar has for it.
    private static func split(_ path: String) throws(TrainingError) -> (prefix: String, name: String) {
        let bytes = Array(path.utf8)
        if bytes.count <= 100 { return ("", path) }
        for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "/") && index <= 155 {
            guard bytes.count - index - 1 <= 100 else { break }
            return (
                String(decoding: bytes[..<index], as: UTF8.self), String(decoding: bytes[(index + 1)...], as: UTF8.self)
            )
        }
        throw TrainingError(.badConfiguration, "the name '\(path)' is too long for an archive; use a shorter one")
    }
}
