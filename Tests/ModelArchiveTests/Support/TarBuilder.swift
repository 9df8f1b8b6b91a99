import CZlib

/// Builds tar archives byte by byte, also such as no program would write.
struct TarBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func file(_ name: String, _ content: [UInt8], kind: Character = "0", size: Int? = nil, link: String = "") {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put("0000644\0", at: 100)
        put(octal(size ?? content.count, 11), at: 124)
        put("00000000000\0", at: 136)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put(link, at: 157)
        put("ustar\0" + "00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    mutating func file(_ name: String, _ text: String) { file(name, Array(text.utf8)) }

    mutating func directory(_ name: String) { file(name, [], kind: "5") }

    /// An extended header for the member that comes next.
    mutating func extended(_ key: String, _ value: String) {
        let rest = " \(key)=\(value)\n".utf8.count
        var length = rest + 1
        while rest + String(length).utf8.count != length { length += 1 }
        file("././@PaxHeader", Array("\(length) \(key)=\(value)\n".utf8), kind: "x")
    }

    /// The archive with its end mark, packed.
    func packed(withEnd: Bool = true) -> [UInt8] {
        gzip(bytes + [UInt8](repeating: 0, count: withEnd ? 1024 : 0))
    }
}

/// Packs bytes as gzip does.
func gzip(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    let count = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            return Int(stream.total_out)
        }
    }
    return Array(output.prefix(count))
}

/// Unpacks a whole gzip file that is known to be good.
func gunzip(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    var stream = z_stream()
    inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: limit)
    let count = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            inflate(&stream, Z_FINISH)
            return Int(stream.total_out)
        }
    }
    return Array(output.prefix(count))
}
