package import JSON
package import NIOCore

extension JSON {
    /// Reads the body of a request. As with Rasa, a text of several lines may stand in it as it is.
    ///
    /// - Parameters:
    ///   - maxValues: How many values there may be in it.
    ///   - reason: What clients compare, where it is not JSON.
    /// - Throws: ``APIError`` with the place of the first mistake, or where there is too much.
    package init(
        body: ByteBuffer, maxValues: Int = HTTPRequest.maxJSONValues, otherwise reason: String = "BadRequest"
    ) throws(APIError) {
        let read = body.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) in
                try JSON(parsing: bytes, takesControls: true, maxValues: maxValues)
            }
        }
        self = try read.mapError { error in
            let message = "Failed when parsing body as json: \(error)"
            return error.isTooLarge
                ? APIError(.contentTooLarge, "ContentTooLarge", message) : APIError(.badRequest, reason, message)
        }.get()
    }
}

extension JSONObject {
    /// Reads the body of a request that must be a JSON object.
    ///
    /// - Parameter maxValues: How many values there may be in it.
    package init(body: ByteBuffer, maxValues: Int = HTTPRequest.maxJSONValues) throws(APIError) {
        guard let members = try JSON(body: body, maxValues: maxValues).object else {
            throw .badRequest("The request body must be a JSON object.")
        }
        self = members
    }
}

extension HTTPRequest {
    /// Values in the JSON of one body where memory allows; more is answered by 413. They take a second and a gigabyte at
    /// most.
    package static let maxJSONValues = 4_000_000

    /// Whether reading the body may take longer than others should wait.
    package var hasLargeBody: Bool { body.readableBytes > Self.largeBodyBytes }

    /// A body up to this size is read within a millisecond or two.
    private static let largeBodyBytes = 32 << 10
}
