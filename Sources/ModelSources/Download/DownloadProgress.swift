import ExactText
import NIOCore
import WebClient

/// How far a download is, over all attempts.
final class DownloadProgress {
    let file: DownloadFile
    /// Why no further attempt can help.
    private(set) var failure: ModelSourceError?
    private let source: String
    private let maxBytes: Int
    private let nameOf: (ResponseHead) -> String
    private var name = ""
    private var validator: String?
    /// By what the rest is known to be of the same file; weak validators are not enough for that.
    private var condition: String?
    /// Bytes of the whole file, where the source says so.
    private var size: Int?
    private var isUnchanged = false
    private var otherStatus: Int?
    /// Whether this attempt's response is one to write.
    private var isWriting = false

    init(file: DownloadFile, source: String, maxBytes: Int, nameOf: @escaping (ResponseHead) -> String) {
        self.file = file
        self.source = source
        self.maxBytes = maxBytes
        self.nameOf = nameOf
    }

    var hasBegun: Bool { file.count > 0 }

    func headers(unless known: String?) -> [(name: String, value: String)] {
        // An archive is packed; packing it again on the way would hide where a download broke off.
        var headers = [(name: "Accept-Encoding", value: "identity")]
        if let condition, hasBegun {
            headers += [("Range", "bytes=\(file.count)-"), ("If-Range", condition)]
        } else if let known {
            headers.append(("If-None-Match", known))
        }
        return headers
    }

    func begin() {
        isWriting = false
    }

    /// Takes a piece of the response; false to leave the rest.
    func take(_ piece: ResponsePiece) -> Bool {
        do throws(ModelSourceError) {
            switch piece {
            case .head(let head): return try take(head)
            case .part(let buffer):
                guard buffer.readableBytes <= maxBytes - file.count else { throw tooLarge }
                try file.append(buffer)
                return true
            }
        } catch {
            failure = error
            return false
        }
    }

    /// The download's result; nil where another attempt may help.
    func outcome() throws(ModelSourceError) -> Download.Outcome? {
        if let failure { throw failure }
        if isUnchanged { return .unchanged }
        if let otherStatus { return .status(otherStatus) }
        guard isWriting, size.map({ $0 == file.count }) ?? true else { return nil }
        return .fetched(FetchedArchive(name: name, validator: validator, digest: file.finish()))
    }

    private func take(_ head: ResponseHead) throws(ModelSourceError) -> Bool {
        switch head.status {
        case 200: try takeWhole(head)
        case 206 where hasBegun && beginsWhereFileEnds(head): break
        case 304: isUnchanged = true
        // The file may have become shorter; the next attempt begins anew.
        case 206, 416: try startOver()
        // A server that breaks off may need a moment before it is itself again.
        case 500... where hasBegun: return false
        default: otherStatus = head.status
        }
        isWriting = head.status == 200 || (head.status == 206 && hasBegun)
        return isWriting
    }

    private func takeWhole(_ head: ResponseHead) throws(ModelSourceError) {
        try file.clear()
        name = nameOf(head)
        validator = head["etag"]
        let isStrong = validator.map { !$0.exact.hasPrefix("W/") } ?? false
        let takesRanges = head["accept-ranges"]?.lowercased() != "none"
        condition = takesRanges ? (isStrong ? validator : head["last-modified"]) : nil
        size = head["content-length"].flatMap { Int($0) }
        if let size, size > maxBytes { throw tooLarge }
    }

    private func startOver() throws(ModelSourceError) {
        try file.clear()
        condition = nil
    }

    /// `Content-Range: bytes 100-199/200`.
    private func beginsWhereFileEnds(_ head: ResponseHead) -> Bool {
        guard let range = head["content-range"], range.exact.hasPrefix("bytes "),
            let first = range.dropFirst(6).exact.split(separator: "-").first.flatMap({ Int($0) })
        else { return false }
        let total = range.exact.split(separator: "/").last.flatMap { Int($0) }
        return first == file.count && (size == nil || total == nil || total == size)
    }

    private var tooLarge: ModelSourceError {
        ModelSourceError(.tooLarge, "\(source) has an archive of more than \(maxBytes) bytes, which is too large")
    }
}
