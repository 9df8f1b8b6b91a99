import Foundation
import Synchronization

/// A server in this process that speaks HTTP as the test wants, faults of the wire included; each connection on a
/// thread of its own.
package final class HTTPStub: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int
    /// What is answered to a request.
    package let respond: @Sendable (Request) -> Response
    private let listener: Int32
    private let received = Mutex<[Request]>([])

    /// Begins to answer.
    package init(_ respond: @escaping @Sendable (Request) -> Response) throws {
        self.respond = respond
        let (listener, port) = try Loopback.listen()
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = Loopback.accept(listener)
                guard connection >= 0 else { return }
                guard let self else {
                    close(connection)
                    return
                }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The server's address.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far.
    package var requests: [Request] { received.withLock { $0 } }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = Self.read(connection, &buffer) {
            received.withLock { $0.append(request) }
            guard respond(request).send(to: connection) else { return }
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
}
