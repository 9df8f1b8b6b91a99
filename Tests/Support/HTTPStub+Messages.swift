import Foundation
package import JSON

extension HTTPStub {
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
        /// The body; null where it is no JSON.
        package var json: JSON { (try? JSON(parsing: body)) ?? .null }

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

    /// What is answered, and how.
    package struct Response: Sendable {
        /// What goes wrong on the way.
        package enum Fault: Sendable {
            /// After so many bytes of the body the connection is closed.
            case closes(after: Int)
            /// After so many bytes of the body the connection stands still until the client leaves.
            case stalls(after: Int)
            /// The body is followed by these bytes now and then until the client leaves.
            case trickles([UInt8])
            /// The body is followed by spaces up to its length, in parts.
            case padded
        }

        /// The status.
        package var status: Int
        /// Headers besides the body's length.
        package var headers: [String: String]
        /// The body.
        package var body: [UInt8]
        /// What the server calls the body's length.
        package var length: Int
        /// Nil where all goes well.
        package var fault: Fault?
        /// Whether the body is all that is sent.
        private var hasHead = true

        /// A response that is whole.
        package init(_ status: Int, _ headers: [String: String] = [:], body: [UInt8] = []) {
            (self.status, self.headers, self.body) = (status, headers, body)
            length = body.count
        }

        /// A body that is called JSON.
        package static func status(_ status: Int, _ json: String) -> Response {
            Response(status, ["Content-Type": "application/json"], body: Array(json.utf8))
        }

        /// These bytes and nothing else.
        package static func exactly(_ bytes: some Sequence<UInt8>) -> Response {
            var response = Response(0, body: Array(bytes))
            response.hasHead = false
            return response
        }

        /// A body of this many bytes.
        package static func large(_ count: Int) -> Response {
            var response = status(200, "")
            response.length = count
            response.fault = .padded
            return response
        }

        /// Nothing: the connection stays open until the client leaves.
        package static var silence: Response {
            var response = exactly([])
            response.fault = .stalls(after: 0)
            return response
        }

        /// A head at once, and then a byte now and then until the client leaves.
        package static var trickle: Response {
            var response = large(1 << 20)
            response.fault = .trickles([0x20])
            return response
        }

        /// The connection is closed.
        package static var close: Response {
            var response = exactly([])
            response.fault = .closes(after: 0)
            return response
        }

        /// Sends it; false where the connection is to be closed.
        func send(to connection: Int32) -> Bool {
            func send(_ bytes: some Collection<UInt8>) -> Bool { Loopback.send(bytes, to: connection) }
            switch fault {
            // A body that is not as long as the server says ends with the connection.
            case nil: return send(head + body) && body.count == length
            case .closes(let count):
                _ = send(head + body.prefix(count))
                return false
            case .stalls(let count):
                guard send(head + body.prefix(count)) else { return false }
                var byte: UInt8 = 0
                _ = recv(connection, &byte, 1, 0)
                return false
            case .trickles(let part):
                var isThere = send(head + body)
                while isThere {
                    usleep(50_000)
                    isThere = send(part)
                }
                return false
            case .padded:
                var rest = length - body.count
                guard send(head + body) else { return false }
                let part = [UInt8](repeating: 0x20, count: 1 << 20)
                while rest > 0, send(part.prefix(rest)) { rest -= part.count }
                return rest <= 0
            }
        }

        private var head: [UInt8] {
            guard hasHead else { return [] }
            var head = "HTTP/1.1 \(status) X\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 204 && status != 304 { head += "Content-Length: \(length)\r\n" }
            return Array((head + "\r\n").utf8)
        }
    }
}
