import ExactText
import HTTPServer
import JSON

/// What one method at one path does, for those who call it.
struct Operation: Sendable {
    enum Area: String, CaseIterable {
        case server, model, conversations, training, channels
    }

    let method: HTTPMethod
    let path: String
    let area: Area
    /// A name for generated clients; unique.
    let name: String
    let summary: String
    var description: String?
    /// What is read of the query.
    var query: [Parameter] = []
    var body: Content?
    /// The responses of its own. Those that every request may get are added.
    var responses: [ResponseObject]
    /// Whether it asks who the caller is.
    var isGuarded = true
    /// Whether it is refused without a model.
    var needsModel = true

    /// A value of the query.
    struct Parameter: Sendable {
        let name: String
        let schema: Schema
        let description: String
    }

    /// The names in braces of a path.
    static func placeholders(of path: String) -> [String] {
        path.exact.split(separator: "{").dropFirst().compactMap {
            $0.exact.split(separator: "}").first.map(String.init)
        }
    }

    /// As OpenAPI writes it.
    ///
    /// - Parameter schemes: The names of the ways to say who one is; empty where nobody is asked.
    func json(schemes: [String]) -> JSON {
        var operation: JSONObject = [
            "operationId": .string(name), "tags": [.string(area.rawValue)], "summary": .string(summary),
        ]
        operation["description"] = description.map(JSON.string)
        let parameters = parameters
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body { operation["requestBody"] = ["required": true, "content": body.json] }
        var byStatus: JSONObject = [:]
        for response in responses + commonResponses(asksCaller: !schemes.isEmpty) {
            let status = String(response.status.code)
            if byStatus[status] == nil { byStatus[status] = response.json }
        }
        operation["responses"] = .object(
            JSONObject(byStatus.sorted { $0.key.exact < $1.key.exact }.map { ($0.key, $0.value) }))
        operation["security"] = .array(isGuarded ? schemes.map { [$0: []] } : [])
        return .object(operation)
    }

    private var parameters: [JSON] {
        Operation.placeholders(of: path).map { name in
            [
                "name": .string(name), "in": "path", "required": true, "schema": Schema.text.json,
                "description": "Taken as it stands in the path: it is not percent-decoded.",
            ]
        } + query.map(\.json)
    }

    /// The responses that the way to an operation may give.
    private func commonResponses(asksCaller: Bool) -> [ResponseObject] {
        var responses: [ResponseObject] = [
            .error(.badRequest, "The request cannot be understood; 'message' and 'details' say what is wrong."),
            .error(.requestTimeout, "The request took longer to arrive than --request-timeout allows."),
            .error(.expectationFailed, "The request expects something else than 100-continue."),
            .error(
                .headersTooLarge,
                "The request's target and headers are larger than --max-header-size, or more than --max-headers."),
            .error(.internalServerError, "The server failed; its log says why."),
            .error(
                .serviceUnavailable,
                "The server, its lock store or its tracker store is not available now; nothing of the request is stored."
            ),
            .error(.contentTooLarge, "The body is larger than --max-body-size."),
        ]
        if isGuarded, asksCaller {
            responses.append(.error(.unauthorized, "The request does not say who the caller is, or wrongly."))
            responses.append(.error(.forbidden, "The caller is known and may not do this."))
        }
        if needsModel { responses.append(.error(.conflict, "No model is loaded, or it cannot do this.")) }
        return responses
    }
}

extension Operation.Parameter {
    fileprivate var json: JSON {
        [
            "name": .string(name), "in": "query", "required": false, "schema": schema.json,
            "description": .string(description),
        ]
    }
}
