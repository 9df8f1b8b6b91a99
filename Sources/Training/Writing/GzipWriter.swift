import CZlib
import Glibc
import System

/// Packs bytes into an open file as gzip does, as they come.
final class GzipWriter {
    enum Content {
        case text
        /// Weights of networks. Nothing in them repeats but the ones and zeros of masks: to look for more takes three
        /// times as long and saves a hundredth.
        case weights
    }

    private let descriptor: Int32
    /// On the heap because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 << 10)

    /// - Throws: ``SystemError`` without memory.
    init(descriptor: Int32) throws(SystemError) {
        self.descriptor = descriptor
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 more than the largest window asks for gzip.
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw SystemError("deflateInit2", code: ENOMEM) }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Says what follows.
    func begin(_ content: Content) throws(SystemError) {
        let (level, strategy) =
            switch content {
            case .text: (Z_DEFAULT_COMPRESSION, Z_DEFAULT_STRATEGY)
            case .weights: (Z_BEST_SPEED, Z_RLE)
            }
        // What was written before is packed in the old way first, if need be in several parts.
        var status = Z_BUF_ERROR
        while status == Z_BUF_ERROR { status = try fill { deflateParams(stream, level, strategy) } }
        guard status == Z_OK else { throw SystemError("deflateParams", code: EINVAL) }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            // zlib counts in 32 bits.
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
            try deflate(part, Z_NO_FLUSH)
        }
    }

    /// Writes what zlib still holds back, and the check sum.
    func finish() throws(SystemError) { try deflate(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH) }

    private func deflate(_ bytes: UnsafeRawBufferPointer, _ flush: Int32) throws(SystemError) {
        // zlib never writes to its input.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = uInt(bytes.count)
        repeat {
            let status = try fill { CZlib.deflate(stream, flush) }
            guard status != Z_STREAM_ERROR else { throw SystemError("deflate", code: EINVAL) }
        } while stream.pointee.avail_out == 0
    }

    /// Lets zlib fill the output, and writes what it put there.
    private func fill(_ body: () -> Int32) throws(SystemError) -> Int32 {
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(output.count)
        let status = body()
        let packed = output[..<(output.count - Int(stream.pointee.avail_out))]
        try File.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: packed)), to: descriptor)
        return status
    }
}
