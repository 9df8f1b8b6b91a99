import Foundation

/// A server in this process that speaks HTTP as it is told, faults of the wire included; each connection on a thread of
/// its own.
package final class LoopbackServer: Sendable {
    /// A request as it came.
    package struct Request: Sendable {
        /// The request's line and its headers.
        package let head: String
        /// The body.
        package let body: [UInt8]

        private var words: [Substring] { head.prefix { $0 != "\r\n" }.split(separator: " ") }
        /// `GET`.
        package var method: String { words.first.map(String.init) ?? "" }
        /// Path and query as they came.
        package var target: String { words.dropFirst().first.map(String.init) ?? "" }

        /// Headers by name in lower case.
        package var headers: [String: String] {
            var headers: [String: String] = [:]
            for line in head.components(separatedBy: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
            return headers
        }
    }

    /// Where the answer goes.
    package struct Connection {
        fileprivate let descriptor: Int32

        /// Sends bytes; false where the client has gone.
        package func send(_ bytes: some Collection<UInt8>) -> Bool { Loopback.send(bytes, to: descriptor) }

        /// Waits until the client, or the test, ends the connection.
        package func stall() {
            var byte: UInt8 = 0
            _ = recv(descriptor, &byte, 1, 0)
        }
    }

    /// The port on 127.0.0.1.
    package let port: Int
    private let descriptor: Int32
    private let answer: @Sendable (Request, Connection) -> Bool

    /// Begins to answer.
    ///
    /// - Parameter answer: Answers a request; false to close the connection.
    package init(_ answer: @escaping @Sendable (Request, Connection) -> Bool) throws {
        self.answer = answer
        let (descriptor, port) = try Loopback.listen()
        (self.descriptor, self.port) = (descriptor, port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = Loopback.accept(descriptor)
                guard connection >= 0, let self else { return }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = Self.read(connection, &buffer) {
            guard answer(request, Connection(descriptor: connection)) else { return }
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
