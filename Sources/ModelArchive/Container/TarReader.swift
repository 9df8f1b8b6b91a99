import ExactText

/// The files of a tar archive in their order, from a stream. Anything but files and directories is refused.
final class TarReader {
    struct Member {
        /// The path without `.` parts and without a leading slash.
        let path: String
        /// Its length in bytes.
        let size: Int
    }

    private let source: GzipReader
    private let limits: ArchiveLimits
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    private var members = 0
    private var paths: Set<ExactString> = []
    /// What is left of the current member, and the zeros after it.
    private var rest = 0
    private var padding = 0

    private var archive: String { source.path }

    init(_ source: GzipReader, limits: ArchiveLimits) {
        self.source = source
        self.limits = limits
    }

    deinit { chunk.deallocate() }

    /// The next file; nil at the archive's end, when everything was read and its check sum verified. What was not read
    /// of the file before is passed over.
    ///
    /// - Throws: ``ArchiveError`` with `.damaged`, `.unsafeMember` or `.tooLarge`.
    func next() throws(ArchiveError) -> Member? {
        var extra = PaxHeader()
        while true {
            try skipRest()
            guard let header = try header() else {
                try drain()
                return nil
            }
            try begin(header, size: header.size)
            switch header.kind {
            case UInt8(ascii: "x"): try extra.read(try text(), archive: archive)
            case UInt8(ascii: "g"): break
            case UInt8(ascii: "L"): extra.path = Array(try text().prefix { $0 != 0 })
            default:
                let path = try MemberName.path(extra.path ?? header.name, archive: archive)
                try refuseUnlessPlain(header.kind, path: path)
                if let size = extra.size { try begin(header, size: size) }
                let isDirectory =
                    header.kind == UInt8(ascii: "5") || (extra.path ?? header.name).last == UInt8(ascii: "/")
                extra = PaxHeader()
                if isDirectory { continue }
                guard !path.isEmpty else { throw damaged("a file has no name") }
                guard paths.insert(path).inserted else { throw damaged("the member '\(path)' appears twice") }
                return Member(path: path, size: rest)
            }
        }
    }

    /// The whole current file.
    ///
    /// - Throws: ``ArchiveError`` with `.tooLarge` where it is longer than `limit`.
    func bytes(limit: Int) throws(ArchiveError) -> [UInt8] {
        guard rest <= limit else {
            throw ArchiveError(.tooLarge, "\(archive) has a member of \(rest) bytes where at most \(limit) are allowed")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rest)
        while rest > 0 { bytes.append(contentsOf: try nextChunk()) }
        return bytes
    }

    func copy(to file: FileHandle) throws(ArchiveError) {
        while rest > 0 { try file.write(try nextChunk()) }
    }

    private func begin(_ header: TarHeader, size: Int) throws(ArchiveError) {
        guard size <= limits.fileBytes else {
            throw ArchiveError(
                .tooLarge, "\(archive) has a member of \(size) bytes; at most \(limits.fileBytes) are allowed")
        }
        rest = size
        padding = (TarHeader.size - size % TarHeader.size) % TarHeader.size
    }

    /// The content of a header that describes the next member.
    private func text() throws(ArchiveError) -> [UInt8] { try bytes(limit: 64 << 10) }

    private func header() throws(ArchiveError) -> TarHeader? {
        let block = UnsafeMutableRawBufferPointer(rebasing: chunk[..<TarHeader.size])
        guard try source.read(into: block) == TarHeader.size else {
            throw damaged("it ends without the mark of a tar archive's end")
        }
        members += 1
        guard members <= 2 * limits.members else {
            throw ArchiveError(.tooLarge, "\(archive) has more than \(limits.members) members")
        }
        return try TarHeader(UnsafeRawBufferPointer(block), archive: archive)
    }

    private func nextChunk() throws(ArchiveError) -> UnsafeRawBufferPointer {
        let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<min(rest, chunk.count)])
        guard try source.read(into: part) == part.count else { throw damaged("it ends inside a member") }
        rest -= part.count
        return UnsafeRawBufferPointer(part)
    }

    private func skipRest() throws(ArchiveError) {
        rest += padding
        padding = 0
        while rest > 0 { _ = try nextChunk() }
    }

    private func drain() throws(ArchiveError) { while try source.read(into: chunk) > 0 {} }

    private func refuseUnlessPlain(_ kind: UInt8, path: String) throws(ArchiveError) {
        let what =
            switch kind {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "5"): ""
            case UInt8(ascii: "1"): "a hard link"
            case UInt8(ascii: "2"): "a symbolic link"
            case UInt8(ascii: "3"), UInt8(ascii: "4"): "a device"
            case UInt8(ascii: "6"): "a named pipe"
            default: "neither a file nor a directory"
            }
        guard what.isEmpty else {
            throw ArchiveError(.unsafeMember, "\(archive) has the member '\(path)', which is \(what)")
        }
    }

    private func damaged(_ what: String) -> ArchiveError {
        ArchiveError(.damaged, "\(archive) is damaged: \(what)")
    }
}
