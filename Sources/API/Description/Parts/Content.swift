import HTTPServer
import JSON

/// A body: its kinds of content, each with what it must look like.
struct Content: Sendable {
    /// Kinds of content with their schemas, the default one first.
    let kinds: [(type: String, schema: Schema)]

    static func json(_ schema: Schema) -> Content { Content(kinds: [("application/json", schema)]) }

    /// YAML, which the schema describes as if it were JSON.
    static func yaml(_ schema: Schema) -> Content { Content(kinds: [("application/x-yaml", schema)]) }

    static let text = Content(kinds: [("text/plain", .string)])

    func or(_ other: Content) -> Content { Content(kinds: kinds + other.kinds) }

    var json: JSON {
        var content: JSONObject = [:]
        for (type, schema) in kinds { content[type] = ["schema": schema.json] }
        return .object(content)
    }
}

struct ResponseObject: Sendable {
    let status: HTTPStatus
    let description: String
    var content: Content?
    /// Names of headers with what they hold.
    var fields: [(name: String, description: String)] = []

    static func ok(_ description: String, _ content: Content) -> ResponseObject {
        ResponseObject(status: .ok, description: description, content: content)
    }

    static func empty(_ description: String) -> ResponseObject {
        ResponseObject(status: .noContent, description: description)
    }

    /// An error in the shape of all errors.
    static func error(_ status: HTTPStatus, _ description: String) -> ResponseObject {
        ResponseObject(
            status: status, description: description, content: .json(.named("Error")),
            fields: status == .serviceUnavailable ? [("Retry-After", "Seconds after which to try again.")] : [])
    }

    var json: JSON {
        var response: JSONObject = ["description": .string(description)]
        if !fields.isEmpty {
            var headers: JSONObject = [:]
            for (name, description) in fields {
                headers[name] = ["description": .string(description), "schema": Schema.string.json]
            }
            response["headers"] = .object(headers)
        }
        response["content"] = content?.json
        return .object(response)
    }
}
