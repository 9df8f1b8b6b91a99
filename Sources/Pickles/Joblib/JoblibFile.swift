import CZlib

/// A file of joblib: a pickle in which the numbers of each array follow its description, as it is or packed by zlib.
package enum JoblibFile {
    /// Reads a whole file.
    ///
    /// - Throws: ``PickleError``.
    package static func value(
        of content: [UInt8], classes: PickleClassTable, limits: PickleLimits = .standard
    ) throws(PickleError) -> PickleValue {
        try PickleReader.value(
            of: try unpacked(content, limits), classes: classes, limits: limits, takesArrays: true)
    }

    private static func unpacked(_ content: [UInt8], _ limits: PickleLimits) throws(PickleError) -> [UInt8] {
        switch (content.first, content.dropFirst().first) {
        case (0x78, _), (0x1F, 0x8B): return try inflated(content, limit: limits.bytes)
        case (0x42, 0x5A), (0xFD, 0x37), (0x5D, 0), (0x04, 0x22):
            throw PickleError(.notData, at: 0, "is packed by bzip2, xz, LZMA or LZ4, not by zlib")
        default: return content
        }
    }

    /// Inflates what zlib or gzip packed.
    private static func inflated(_ content: [UInt8], limit: Int) throws(PickleError) -> [UInt8] {
        // On the heap because zlib keeps a pointer back to it.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // 32: zlib or gzip, as the first bytes say; 15: the largest window.
        guard inflateInit2_(stream, 32 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw PickleError(.tooLarge, at: 0, "cannot be unpacked: no memory")
        }
        defer { inflateEnd(stream) }
        var packed = content
        var unpacked: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        let status = packed.withUnsafeMutableBufferPointer { packed -> Int32 in
            stream.pointee.next_in = packed.baseAddress
            stream.pointee.avail_in = uInt(clamping: packed.count)
            var status = Z_OK
            while status == Z_OK, unpacked.count <= limit {
                status = part.withUnsafeMutableBufferPointer { part in
                    stream.pointee.next_out = part.baseAddress
                    stream.pointee.avail_out = uInt(part.count)
                    return inflate(stream, Z_NO_FLUSH)
                }
                unpacked += part[..<(part.count - Int(stream.pointee.avail_out))]
            }
            return status
        }
        guard unpacked.count <= limit else {
            throw PickleError(.tooLarge, at: 0, "unpacks to more than \(limit) bytes")
        }
        guard status == Z_STREAM_END else { throw PickleError(.damaged, at: 0, "is packed by zlib, but damaged") }
        return unpacked
    }
}
