import Foundation
package import JSON
import TestSupport

/// A response as it came over the wire.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: [String: String]
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }
    package var json: JSON? { try? JSON(parsing: body) }
}

/// A blocking HTTP/1.1 connection that shows exactly what is sent: bytes go out as given.
package final class HTTPConnection {
    /// The server closed the connection, or broke it off, before a response was whole.
    package struct Ended: Error {}

    /// Seconds without a byte after which a server counts as hanging. A job is a nice process, and waits for all others
    /// of a loaded machine.
    private static let patience = 1800

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    package convenience init(port: Int) throws { try self.init(connected: Loopback.connect(to: port)) }

    /// - Parameter path: The path of a UNIX socket.
    package convenience init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard UnixAddress.with(path, { connect(descriptor, $0, $1) }) == 0 else {
            throw TestFailure("no connection to \(path): errno \(errno)")
        }
        try self.init(connected: descriptor)
    }

    private init(connected descriptor: Int32) throws {
        self.descriptor = descriptor
        var time = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    deinit { close(descriptor) }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        guard Loopback.send(bytes, to: descriptor) else { throw TestFailure("the connection broke while sending") }
    }

    /// Sends a request with a body of known length, without waiting for the response.
    package func request(_ method: String, _ path: String, _ body: String = "", headers: [String] = []) throws {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Reads the next response whole, chunked or of known length.
    package func response() throws -> HTTPResponse {
        let head = try line(until: "\r\n\r\n").components(separatedBy: "\r\n")
        let status = head[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for field in head.dropFirst() {
            let parts = field.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        var body: [UInt8] = []
        if headers["transfer-encoding"] == "chunked" {
            while let size = Int(try line(until: "\r\n"), radix: 16) {
                body += try bytes(size)
                _ = try bytes(2)
                if size == 0 { break }
            }
        } else if let length = headers["content-length"].flatMap({ Int($0) }) {
            body = try bytes(length)
        }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    /// Reads the next frame of a WebSocket, which servers send whole and short here.
    package func frame() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try bytes(2)
        let length = head[1] == 126 ? try bytes(2).reduce(0) { $0 << 8 | Int($1) } : Int(head[1])
        return (head[0] & 0x0F, try bytes(length))
    }

    /// Tells the server that no more comes; answers can still be read.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The status of the first response that is no interim one, 0 without a response, once the server has closed.
    package func statusAtEnd() throws -> Int {
        var status = 0
        repeat {
            guard let head = try? line(until: "\r\n\r\n") else { break }
            status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } while status < 200
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            if count == 0 || count < 0 && errno == ECONNRESET { return status }
            guard count > 0 else { throw TestFailure("the server does not close: errno \(errno)") }
        }
    }

    private func fill() throws {
        var part = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &part, part.count, 0)
        if count == 0 || count < 0 && errno == ECONNRESET { throw Ended() }
        guard count > 0 else { throw TestFailure("no answer, and no end of the connection: errno \(errno)") }
        buffer += part[..<count]
    }

    private func bytes(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// The text before `mark`, which is read too.
    private func line(until mark: String) throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: mark) {
                defer { buffer.removeSubrange(..<range.upperBound) }
                return String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
            }
            try fill()
        }
    }
}
