import HTTPServer
import JSON

/// A body: its kinds of content, each with what it must look like.
struct Content: Sendable {
    /// Kinds of content with their schemas, the usual one first.
    let kinds: [(type: String, schema: Schema)]

    /// JSON.
    static func json(_ schema: Schema) -> Content { Content(kinds: [("application/json", schema)]) }

    /// YAML, which the schema describes as if it were JSON.
    static func yaml(_ schema: Schema) -> Content { Content(kinds: [("application/x-yaml", schema)]) }

    /// Plain text.
    static let text = Content(kinds: [("text/plain", .string)])

    /// This or that.
    func or(_ other: Content) -> Content { Content(kinds: kinds + other.kinds) }

    /// As OpenAPI writes it.
    var json: JSON {
        var content: JSONObject = [:]
        for (type, schema) in kinds { content[type] = ["schema": schema.json] }
        return .object(content)
    }
}

/// An answer that an operation may give.
struct Answer: Sendable {
    let status: HTTPStatus
    let description: String
    var content: Content?
    /// Names of headers with what they hold.
    var fields: [(name: String, description: String)] = []

    /// An answer with a body.
    static func ok(_ description: String, _ content: Content) -> Answer {
        Answer(status: .ok, description: description, content: content)
    }

    /// An answer without a body.
    static func empty(_ description: String) -> Answer { Answer(status: .noContent, description: description) }

    /// An error in the shape of all errors.
    static func error(_ status: HTTPStatus, _ description: String) -> Answer {
        Answer(
            status: status, description: description, content: .json(.named("Error")),
            fields: status == .serviceUnavailable ? [("Retry-After", "Seconds after which to try again.")] : [])
    }

    /// As OpenAPI writes it.
    var json: JSON {
        var answer: JSONObject = ["description": .string(description)]
        if !fields.isEmpty {
            var headers: JSONObject = [:]
            for (name, description) in fields {
                headers[name] = ["description": .string(description), "schema": Schema.string.json]
            }
            answer["headers"] = .object(headers)
        }
        answer["content"] = content?.json
        return .object(answer)
    }
}
