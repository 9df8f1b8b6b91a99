package import JSON
package import NIOCore

extension JSON {
    /// Reads the body of a request. As with Rasa, a text of several lines may stand in it as it is.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    package init(body: ByteBuffer) throws(JSONError) {
        let read = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) in
                try JSON(parsing: bytes, takesControls: true, maxValues: HTTPRequest.maxJSONValues)
            }
        }
        self = try read.get()
    }
}

extension HTTPRequest {
    /// Values in the JSON of one body; more is answered by 413. They take a second and a gigabyte at most.
    package static let maxJSONValues = 4_000_000

    /// Whether reading the body may take longer than others should wait.
    package var hasLargeBody: Bool { body.readableBytes > Self.largeBodyBytes }

    /// A body up to this size is read within a millisecond or two.
    private static let largeBodyBytes = 32 << 10
}

extension APIError {
    /// A body that is not JSON, or too much of it.
    ///
    /// - Parameter reason: What clients compare, where it is not JSON.
    package static func unreadableBody(_ error: JSONError, reason: String = "BadRequest") -> APIError {
        let message = "Failed when parsing body as json: \(error)"
        return error.isTooLarge
            ? APIError(.contentTooLarge, "ContentTooLarge", message) : APIError(.badRequest, reason, message)
    }
}
