import Foundation
import JSON
import Synchronization

/// A server in this process that answers every request as the test says, each connection on a thread of its own.
final class StubServer: Sendable {
    /// What is answered, and how.
    enum Answer: Sendable {
        /// A status with a body, which is called JSON.
        case status(Int, String)
        /// A body of this many bytes.
        case large(Int)
        /// Nothing: the connection stays open until the server ends.
        case silence
        /// The connection is closed.
        case close
    }

    /// A request as it came.
    struct Request: Sendable {
        let head: String
        let body: [UInt8]

        var json: JSON { (try? JSON(parsing: body)) ?? .null }
    }

    let port: Int
    private let descriptor: Int32
    private let received = Mutex<[Request]>([])
    private let answer: @Sendable (Request) -> Answer

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
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
        guard isBound, listen(descriptor, 64) == 0 else { throw EndToEndError("a stub cannot listen: errno \(errno)") }
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
    var url: String { "http://127.0.0.1:\(port)/webhook" }

    /// The requests so far.
    var requests: [Request] { received.withLock { $0 } }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = Self.read(connection, &buffer) {
            received.withLock { $0.append(request) }
            switch answer(request) {
            case .status(let status, let body):
                let head =
                    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                guard Self.write(connection, Array((head + body).utf8)) else { return }
            case .large(let count):
                let head = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: \(count)\r\n\r\n"
                guard Self.write(connection, Array(head.utf8)) else { return }
                let part = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
                for _ in 0..<(count >> 20) where !Self.write(connection, part) { return }
            case .silence:
                var byte: UInt8 = 0
                _ = recv(connection, &byte, 1, 0)
                return
            case .close: return
            }
        }
    }

    private static func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let mark = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<mark.lowerBound], as: UTF8.self)
                let length = head.firstMatch(of: /(?i)content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
                if buffer.count >= mark.upperBound + length {
                    let body = Array(buffer[mark.upperBound..<(mark.upperBound + length)])
                    buffer.removeFirst(mark.upperBound + length)
                    return Request(head: head, body: body)
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
