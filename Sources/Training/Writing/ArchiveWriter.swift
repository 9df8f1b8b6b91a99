import CZlib
import Glibc
import Settings
import System
import YAML

/// Writes `.tar.gz` archives.
enum ArchiveWriter {
    private static let blockSize = 512

    /// Writes an archive. It appears whole or not at all.
    ///
    /// - Parameter check: Looks at the archive before it appears, and may keep it from doing so.
    /// - Throws: ``TrainingError`` with the system's reason, or that of the check.
    static func write(
        _ files: [ArchiveFile], to path: String, time: Int,
        check: (_ archive: String) throws(TrainingError) -> Void = { _ in }
    ) throws(TrainingError) {
        var tar: [UInt8] = []
        for file in files {
            tar += try header(file, time: time)
            tar += file.bytes
            tar += repeatElement(0, count: padding(after: file.bytes.count))
        }
        tar += repeatElement(0, count: 2 * blockSize)
        try write(try compressed(tar), to: path, check)
    }

    private static func padding(after count: Int) -> Int { (blockSize - count % blockSize) % blockSize }

    private static func header(_ file: ArchiveFile, time: Int) throws(TrainingError) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: blockSize)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let (prefix, name) = try split(file.path)
        put(name, at: 0)
        put(octal(0o644, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(file.bytes.count, digits: 11), at: 124)
        put(octal(time, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\u{0} ", at: 148)
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

    private static func compressed(_ bytes: [UInt8]) throws(TrainingError) -> [UInt8] {
        var stream = z_stream()
        // 16 more than the largest window asks for gzip.
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw TrainingError(.inputOutput, "no memory to compress the model") }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw TrainingError(.inputOutput, "the model could not be compressed") }
        return Array(output.prefix(Int(stream.total_out)))
    }

    private static func write(
        _ bytes: [UInt8], to path: String, _ check: (String) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        let partial = "\(path).partial-\(getpid())"
        // Nothing is left once it has its own name.
        defer { unlink(partial) }
        do throws(FileFailure) {
            try WholeFile.write(bytes, to: partial, permissions: 0o644)
        } catch {
            throw TrainingError(.inputOutput, at: SourcePlace(file: path), "cannot be written: \(error)")
        }
        try check(partial)
        guard rename(partial, path) == 0 else {
            throw TrainingError(.inputOutput, at: SourcePlace(file: path), "cannot be written: \(FileFailure())")
        }
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(TrainingError) {
        do throws(FileFailure) {
            try Directory.make(path, permissions: 0o755)
        } catch {
            throw TrainingError(.inputOutput, at: SourcePlace(file: path), "the directory cannot be made: \(error)")
        }
    }
}
