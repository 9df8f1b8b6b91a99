import Synchronization

/// A server in this process that says over HTTP exactly what the test wants, faults of the wire included; one request
/// for each connection.
package final class FileServer: Sendable {
    /// A request as it came.
    package typealias Request = LoopbackServer.Request

    /// What is answered, and how.
    package struct Reply: Sendable {
        /// The status.
        package var status: Int
        /// Headers besides the body's length.
        package var headers: [String: String]
        /// The body.
        package var body: [UInt8]
        /// What the server calls the body's length.
        package var length: Int
        /// After so many bytes of the body the connection is closed.
        package var breaksAfter: Int?
        /// After so many bytes of the body the connection stands still.
        package var stallsAfter: Int?

        /// An answer that is whole.
        package init(_ status: Int, _ headers: [String: String] = [:], body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
            length = body.count
        }
    }

    private final class Received: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private let server: LoopbackServer
    private let received = Received()

    /// Begins to answer.
    package init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        server = try LoopbackServer { [received] request, connection in
            received.requests.withLock { $0.append(request) }
            let reply = answer(request)
            var head = "HTTP/1.1 \(reply.status) X\r\nConnection: close\r\n"
            for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
            if reply.status != 204 && reply.status != 304 { head += "Content-Length: \(reply.length)\r\n" }
            let sent = min(reply.breaksAfter ?? .max, reply.stallsAfter ?? .max)
            if connection.send(Array((head + "\r\n").utf8) + reply.body.prefix(sent)), reply.stallsAfter != nil {
                connection.stall()
            }
            return false
        }
    }

    /// The port on 127.0.0.1.
    package var port: Int { server.port }

    /// The server's address.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests so far.
    package var requests: [Request] { received.requests.withLock { $0 } }
}
