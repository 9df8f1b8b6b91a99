import CZlib
import Glibc

/// The unpacked bytes of a gzip file, front to back, never more of them in memory than the caller's buffer.
///
/// Files of several gzip members one after the other are read as one, and zeros after the end are passed over, as gzip
/// itself does. The check sums are verified.
final class GzipReader {
    private let file: FileHandle
    private let limits: ArchiveLimits
    private let input: UnsafeMutableRawBufferPointer
    /// On the heap because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var totalIn = 0
    private var totalOut = 0
    private var isAtEnd = false

    var path: String { file.path }

    /// Opens a gzip file.
    ///
    /// - Throws: ``ArchiveError`` with `.inputOutput`, or `.damaged` where the file does not begin as gzip does.
    init(path: String, limits: ArchiveLimits) throws(ArchiveError) {
        file = try FileHandle(opening: path, flags: O_RDONLY | O_NOCTTY | O_NONBLOCK)
        self.limits = limits
        input = .allocate(byteCount: 256 << 10, alignment: 64)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16: gzip only; 15: the largest window.
        let status = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw ArchiveError(.inputOutput, "zlib cannot start: status \(status)") }
        guard try refill() else { throw ArchiveError(.damaged, "\(path) is an empty file") }
        guard input[0] == 0x1F, stream.pointee.avail_in > 1, input[1] == 0x8B else {
            throw ArchiveError(.damaged, "\(path) is not a gzip file; a model is a .tar.gz that Rasa has written")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Fills `buffer`, or less of it at the end of the data.
    ///
    /// - Returns: How many bytes were written; 0 once the end was reached.
    /// - Throws: ``ArchiveError`` with `.damaged` or `.tooLarge`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        var filled = 0
        while filled < buffer.count, !isAtEnd {
            if stream.pointee.avail_in == 0, try !refill() {
                throw ArchiveError(.damaged, "\(path) is cut off: the file ends inside its gzip data")
            }
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let room = min(rest.count, Int(UInt32.max))
            stream.pointee.next_out = rest.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = room - Int(stream.pointee.avail_out)
            filled += produced
            totalOut += produced
            try checkLimits()
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: try continueAfterMember()
            case Z_MEM_ERROR: throw ArchiveError(.inputOutput, "no memory to unpack \(path)")
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
                throw ArchiveError(.damaged, "\(path) is damaged: \(reason)")
            }
        }
        return filled
    }

    private func refill() throws(ArchiveError) -> Bool {
        let count = try file.read(into: input)
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
        totalIn += count
        return count > 0
    }

    /// A gzip member ended: goes on with the next one if there is one, else notes the end.
    private func continueAfterMember() throws(ArchiveError) {
        while true {
            if stream.pointee.avail_in == 0, try !refill() {
                isAtEnd = true
                return
            }
            guard let next = stream.pointee.next_in else { return }
            if next.pointee == 0x1F {
                inflateReset(stream)
                return
            }
            guard next.pointee == 0 else {
                throw ArchiveError(.damaged, "\(path) is damaged: other bytes follow the gzip data")
            }
            stream.pointee.next_in = next + 1
            stream.pointee.avail_in -= 1
        }
    }

    private func checkLimits() throws(ArchiveError) {
        guard totalOut <= limits.totalBytes else {
            throw ArchiveError(.tooLarge, "\(path) unpacks to more than \(limits.totalBytes) bytes")
        }
        guard totalOut <= limits.ratioFreeBytes || totalOut / max(1, totalIn) <= limits.ratio else {
            throw ArchiveError(.tooLarge, "\(path) unpacks to more than \(limits.ratio) times its size")
        }
    }
}
