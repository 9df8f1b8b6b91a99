import ExactText
import Glibc
import JSON
import NIOCore
import System

/// Writes a line for each request of one server.
final class AccessLogWriter {
    /// Longer paths and queries are cut.
    private static let maxText = 1024

    private let log: AccessLog
    private var ids = RequestIDSequence()
    private var second = Int.min
    /// The time of day up to the second, as the format has it.
    private var secondText = ""
    private let process = getpid()

    init(_ log: AccessLog) { self.log = log }

    /// The header that has the id of a request, and of its response.
    var idHeader: String { log.idHeader }

    /// The id of a request: that which it brings, or a new one.
    func id(of headers: RequestHeaders) -> String { RequestID.given(headers[log.idHeader]) ?? ids.next() }

    func write(_ record: AccessRecord, _ peer: Peer?, isEncrypted: Bool, now: NIODeadline) {
        let origin = log.rules.origin(peer, record.headers, isEncrypted: isEncrypted)
        let microseconds = max(0, (now - record.began).nanoseconds / 1000)
        switch log.format {
        case .common: log.write(common(record, origin, microseconds))
        case .json: log.write(json(record, origin, microseconds))
        }
    }

    // MARK: Formats

    private func common(_ record: AccessRecord, _ origin: RequestOrigin, _ microseconds: Int64) -> [UInt8] {
        let (path, query) = parts(of: record.target)
        var line: [UInt8] = []
        line.reserveCapacity(256)
        let second = text(of: TimeOfDay(), "[%d/%b/%Y:%H:%M:%S +0000]")
        line += "\(origin.clientText) - - \(second) \"".utf8
        Self.append(escaped: record.method, to: &line)
        line.append(0x20)
        Self.append(escaped: path, to: &line)
        if !query.isEmpty {
            line.append(UInt8(ascii: "?"))
            Self.append(escaped: query, to: &line)
        }
        line += " HTTP/1.\(record.isHTTP10 ? 0 : 1)\" \(record.status.map(String.init) ?? "-") \(record.bytes) ".utf8
        line += "\"\(record.id)\" \(Self.seconds(microseconds))\n".utf8
        return line
    }

    private func json(_ record: AccessRecord, _ origin: RequestOrigin, _ microseconds: Int64) -> [UInt8] {
        let (path, query) = parts(of: record.target)
        var line: [UInt8] = []
        line.reserveCapacity(512)
        let time = TimeOfDay()
        let second = text(of: time, "%Y-%m-%dT%H:%M:%S.")
        line += #"{"timestamp":"\#(second)\#(Self.digits(time.milliseconds, 3))Z","level":"info","event":"#.utf8
        line += #""request","logger":"parley.access","pid":\#(process),"client":"\#(origin.clientText)","method":"#.utf8
        JSON.write(record.method, to: &line)
        line += #","path":"#.utf8
        JSON.write(path, to: &line)
        if !query.isEmpty {
            line += #","query":"#.utf8
            JSON.write(query, to: &line)
        }
        line += #","status":\#(record.status.map(String.init) ?? "null"),"bytes":\#(record.bytes),"seconds":"#.utf8
        line += #"\#(Self.seconds(microseconds)),"whole":\#(record.isWhole),"request":"\#(record.id)","scheme":"#.utf8
        line += #""\#(origin.scheme.rawValue)""#.utf8
        if let host = origin.host {
            line += #","host":"#.utf8
            JSON.write(String(host.unicodeScalars.prefix(Self.maxText)), to: &line)
        }
        line += "}\n".utf8
        return line
    }

    /// Made once a second; the format is always the same.
    private func text(of time: TimeOfDay, _ format: String) -> String {
        if time.seconds != second {
            second = time.seconds
            secondText = TimeText.utc(time.seconds, format)
        }
        return secondText
    }

    private func parts(of target: String) -> (path: String, query: String) {
        guard !target.utf8.elementsEqual("-".utf8) else { return (target, "") }
        let (path, query) = HTTPRequest.parts(of: target)
        return (Self.cut(String(path)), Self.cut(QueryRedaction.text(query.raw, plain: log.plainQueryItems)))
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= maxText ? text : String(decoding: text.utf8.prefix(maxText), as: UTF8.self) + "..."
    }

    /// As Apache and nginx write what could forge a line.
    private static func append(escaped text: String, to line: inout [UInt8]) {
        for byte in text.utf8 {
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                line += "\\x\(digits(Int(byte), 2, radix: 16))".utf8
            } else {
                line.append(byte)
            }
        }
    }

    private static func seconds(_ microseconds: Int64) -> String {
        "\(microseconds / 1_000_000).\(digits(Int(microseconds % 1_000_000), 6))"
    }

    private static func digits(_ number: Int, _ count: Int, radix: Int = 10) -> String {
        let text = String(number, radix: radix, uppercase: true)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}

/// The time of day of one moment.
private struct TimeOfDay {
    let seconds: Int
    let milliseconds: Int

    init() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        (seconds, milliseconds) = (time.tv_sec, time.tv_nsec / 1_000_000)
    }
}
