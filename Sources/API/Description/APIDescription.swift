import HTTPServer
import JSON
import RasaCompatibility

/// What is in use, in the form of OpenAPI 3.1: `GET /openapi.json`.
///
/// The routes decide what is in it, so it never tells of what is not used. A route of the API whose words are missing
/// is found by a test; those of messengers belong to their platforms and are described in common.
struct APIDescription {
    static let path = "/openapi.json"
    /// What `PUT /model` always takes where the server was started with a model.
    static let defaultModel = "models"

    private let operations: [Operation]
    private let options: APIOptions

    /// - Parameter routes: Method and path of everything that is served.
    init(_ routes: [(method: HTTPMethod, path: String)], options: APIOptions) {
        let described = Operation.described
        operations = routes.map { route in
            described.first { $0.method == route.method && $0.path == route.path }
                ?? Operation.ofPlatform(route.method, route.path)
        }
        self.options = options
    }

    var json: JSON {
        let schemes = schemes
        var paths: JSONObject = [:]
        for operation in operations {
            var methods = paths[operation.path]?.object ?? [:]
            methods[operation.method.rawValue.lowercased()] = operation.json(schemes: schemes.map(\.name))
            paths[operation.path] = .object(methods)
        }
        var schemas: JSONObject = [:]
        for (name, schema) in Schema.all { schemas[name] = schema.json }
        var components: JSONObject = ["schemas": .object(schemas)]
        if !schemes.isEmpty {
            components["securitySchemes"] = .object(
                JSONObject(schemes.map { ($0.name, $0.json) }, uniquingKeysWith: { first, _ in first }))
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Parley", "version": .string(options.version),
                "description": .string("The HTTP API of Rasa \(RasaVersion.compatible) as Parley serves it."),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(Operation.Area.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths),
            "components": .object(components),
        ]
    }

    /// How callers say who they are; any of these will do.
    private var schemes: [(name: String, json: JSON)] {
        var schemes: [(String, JSON)] = []
        if options.token != nil {
            schemes.append(
                (
                    "token",
                    ["type": "apiKey", "in": "query", "name": "token", "description": "The value of --auth-token."]
                ))
            schemes.append(
                (
                    "tokenHeader",
                    [
                        "type": "apiKey", "in": "header", "name": "Authorization",
                        "description": "'Token', a space and the value of --auth-token.",
                    ]
                ))
        }
        if options.webTokens != nil {
            schemes.append(
                (
                    "webToken",
                    [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": """
                        Its member 'user' has 'username' and 'role': 'admin' may do everything, 'user' what belongs \
                        to the conversation of its name.
                        """,
                    ]
                ))
        }
        return schemes
    }
}
