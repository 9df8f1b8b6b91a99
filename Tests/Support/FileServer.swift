import Foundation
import Synchronization

/// A server in this process that says over HTTP exactly what the test wants, faults of the wire included; each
/// connection on a thread of its own, one request for each.
public final class FileServer: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// `GET`.
        public let method: String
        /// Path and query as they came.
        public let target: String
        /// Headers by name in lower case.
        public let headers: [String: String]
        /// The body.
        public let body: [UInt8]
    }

    /// What is answered, and how.
    public struct Reply: Sendable {
        /// The status.
        public var status: Int
        /// Headers besides the body's length.
        public var headers: [String: String]
        /// The body.
        public var body: [UInt8]
        /// What the server calls the body's length.
        public var length: Int
        /// After so many bytes of the body the connection is closed.
        public var breaksAfter: Int?
        /// After so many bytes of the body the connection stands still.
        public var stallsAfter: Int?

        /// An answer that is whole.
        public init(_ status: Int, _ headers: [String: String] = [:], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
            length = body.count
        }
    }

    /// The port on 127.0.0.1.
    public let port: Int
    private let descriptor: Int32
    private let received = Mutex<[Request]>([])
    private let answer: @Sendable (Request) -> Reply

    /// Begins to answer.
    public init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound, listen(descriptor, 64) == 0 else { throw POSIXError(.EADDRINUSE) }
        port = Int(address.sin_port.bigEndian)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { return }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// The server's address.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far.
    public var requests: [Request] { received.withLock { $0 } }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = Self.read(connection) else { return }
        received.withLock { $0.append(request) }
        let reply = answer(request)
        var head = "HTTP/1.1 \(reply.status) X\r\nConnection: close\r\n"
        for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
        if reply.status != 204 && reply.status != 304 { head += "Content-Length: \(reply.length)\r\n" }
        let sent = min(reply.breaksAfter ?? .max, reply.stallsAfter ?? .max)
        guard Self.write(connection, Array((head + "\r\n").utf8) + reply.body.prefix(sent)) else { return }
        if reply.stallsAfter != nil {
            var byte: UInt8 = 0
            _ = recv(connection, &byte, 1, 0)
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var buffer: [UInt8] = []
        while true {
            if let mark = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let lines = String(decoding: buffer[..<mark.lowerBound], as: UTF8.self)
                    .components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ").map(String.init)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { continue }
                    headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if buffer.count >= mark.upperBound + length, words.count > 1 {
                    return Request(
                        method: words[0], target: words[1], headers: headers,
                        body: Array(buffer[mark.upperBound..<(mark.upperBound + length)]))
                }
            }
            var part = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(connection, &part, part.count, 0)
            guard count > 0 else { return nil }
            buffer += part[..<count]
        }
    }

    private static func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
