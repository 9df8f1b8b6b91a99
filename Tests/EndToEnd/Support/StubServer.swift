import Foundation
import JSON
import Synchronization
import TestSupport

/// A server in this process that answers every request as the test says.
final class StubServer: Sendable {
    /// What is answered, and how.
    enum Answer: Sendable {
        /// A status with a body, which is called JSON.
        case status(Int, String)
        /// A body of this many bytes.
        case large(Int)
        /// Nothing: the connection stays open until the server ends.
        case silence
        /// A head at once, and then a byte now and then until the client leaves.
        case trickle
        /// The connection is closed.
        case close
    }

    /// A request as it came.
    typealias Request = LoopbackServer.Request

    private final class Received: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// What is answered to a request.
    let answer: @Sendable (Request) -> Answer
    private let server: LoopbackServer
    private let received = Received()

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        server = try LoopbackServer { [received] request, connection in
            received.requests.withLock { $0.append(request) }
            switch answer(request) {
            case .status(let status, let body):
                return connection.send(Self.head(status, body.utf8.count) + Array(body.utf8))
            case .large(let count):
                guard connection.send(Self.head(200, count)) else { return false }
                let part = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
                return (0..<(count >> 20)).allSatisfy { _ in connection.send(part) }
            case .silence:
                connection.stall()
                return false
            case .trickle:
                var isThere = connection.send(Self.head(200, 1 << 20))
                while isThere {
                    usleep(50_000)
                    isThere = connection.send([0x20])
                }
                return false
            case .close: return false
            }
        }
    }

    var port: Int { server.port }

    /// The server's address.
    var url: String { "http://127.0.0.1:\(port)/webhook" }

    /// The requests so far.
    var requests: [Request] { received.requests.withLock { $0 } }

    private static func head(_ status: Int, _ length: Int) -> [UInt8] {
        Array(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n".utf8)
    }
}

extension LoopbackServer.Request {
    /// The body; null where it is no JSON.
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
}
