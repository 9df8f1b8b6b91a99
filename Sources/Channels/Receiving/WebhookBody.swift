import HTTPServer
import JSON
import NIOCore

extension HTTPRequest {
    package var bytes: [UInt8] { Array(body.readableBytesView) }

    /// The kind of content without its parameters, in lower case.
    var contentType: String? {
        fields["content-type"].map { type in
            let name = type.prefix { $0 != ";" }
            return String(name.filter { $0 != " " }).lowercased()
        }
    }

    /// The body as JSON; null where it is empty.
    ///
    /// - Throws: `APIError` where it is no JSON.
    func json() throws(APIError) -> JSON {
        body.readableBytes > 0 ? try JSON(body: body, maxValues: maxJSONValues) : .null
    }

    /// The body as a JSON object.
    ///
    /// - Throws: `APIError` where it is none.
    func jsonObject() throws(APIError) -> JSONObject {
        guard let members = try json().object else { throw .badRequest("The request body must be a JSON object.") }
        return members
    }
}
