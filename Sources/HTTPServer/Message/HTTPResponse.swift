package import NIOCore

/// A response.
package struct HTTPResponse: Sendable {
    /// The status.
    package var status: HTTPStatus
    /// The headers but for `content-type`, and those that the connection writes itself: `content-length`,
    /// `transfer-encoding`, `connection`, `date`, `server`.
    package var fields: [HTTPField]
    /// The value of `content-type`; nil leaves the header out.
    package var contentType: String?
    /// The body.
    package var body: Body
    /// Where this is set, the connection speaks another protocol after the head of this response: the server lets go of
    /// it and calls this on its event loop, to put handlers into the emptied pipeline. The head is written with the
    /// response's own headers, `connection` and `upgrade` among them; a body is not.
    package var upgrade: (@Sendable (any Channel) throws -> Void)?

    /// What follows the head of a response.
    package enum Body: Sendable {
        /// Bytes that are known when the response begins.
        case bytes([UInt8])
        /// Bytes that are made while the response is sent. The head goes out with the first of them; before that, an
        /// error takes the place of this response, and after that it ends the connection, so that the client sees that
        /// the body is not whole.
        case stream(@Sendable (any BodyWriter) async throws -> Void)
    }

    /// A response from its parts.
    package init(status: HTTPStatus, contentType: String? = nil, fields: [HTTPField] = [], body: Body = .bytes([])) {
        self.status = status
        self.fields = fields
        self.contentType = contentType
        self.body = body
    }

    /// The body's bytes; none of one that is made while it is sent.
    package var bytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }

    /// A response whose body is JSON in UTF-8.
    package static func json(_ body: [UInt8], status: HTTPStatus = .ok, fields: [HTTPField] = []) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", fields: fields, body: .bytes(body))
    }

    /// A response whose body is plain text.
    package static func text(_ body: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: .bytes(Array(body.utf8)))
    }
}

/// Takes the parts of a body while it is made.
package protocol BodyWriter: Sendable {
    /// Sends bytes at once, and waits while the client is slow to take them.
    ///
    /// - Returns: Whether there still is a client; what is written after it left is thrown away.
    @discardableResult
    func write(_ bytes: [UInt8]) async -> Bool
}
