import CZlib

/// Undoes what `Content-Encoding` says of a body.
enum ContentCoding {
    /// The body as it was before it was compressed.
    ///
    /// - Parameters:
    ///   - coding: The header's value. What is neither `gzip` nor `deflate` leaves the body as it is, as with Rasa.
    ///   - limit: Bytes that the body may have.
    /// - Throws: ``EndpointError`` where the body is longer, or not what the header says.
    static func decoded(_ body: [UInt8], coding: String?, limit: Int) throws(EndpointError) -> [UInt8] {
        guard let first = body.first, let coding = coding?.lowercased() else { return body }
        let unreadable = EndpointError(.badResponse, "the server's response is not in the '\(coding)' that it says")
        switch coding {
        case "gzip":
            guard let (plain, _) = try inflated(body, window: 16 + MAX_WBITS, limit) else { throw unreadable }
            return plain
        case "deflate":
            // Some servers leave out the header of zlib, which begins with an 8.
            let window = first & 0x0F == 8 ? MAX_WBITS : -MAX_WBITS
            guard let (plain, isWhole) = try inflated(body, window: window, limit), isWhole else { throw unreadable }
            return plain
        case "br":
            throw EndpointError(.badResponse, "the server's response is compressed with 'br', which was not asked for")
        default: return body
        }
    }

    /// - Returns: The bytes, and whether they are all; nil where the input is damaged.
    private static func inflated(
        _ body: [UInt8], window: Int32, _ limit: Int
    ) throws(EndpointError) -> (bytes: [UInt8], isWhole: Bool)? {
        // zlib keeps a pointer to it.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(stream) }
        var plain: [UInt8] = []
        var input = body
        let status = input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(clamping: input.count)
            var status = Z_OK
            while status == Z_OK, plain.count <= limit {
                let room = 64 << 10
                plain += [UInt8](unsafeUninitializedCapacity: room) { output, count in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(room)
                    status = inflate(stream, Z_NO_FLUSH)
                    count = room - Int(stream.pointee.avail_out)
                }
            }
            return status
        }
        guard plain.count <= limit else {
            throw EndpointError(
                .badResponse, "the server's response has more than \(limit >> 20) MB once it is unpacked")
        }
        switch status {
        case Z_STREAM_END: return (plain, true)
        // The input ended too soon.
        case Z_BUF_ERROR: return (plain, false)
        default: return nil
        }
    }
}
