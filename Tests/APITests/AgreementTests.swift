import Channels
import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("What /openapi.json describes is taken, and nothing else")
struct AgreementTests {
    private let responder: APIResponder
    private let document: JSON

    init() throws {
        var options = APIOptions(version: "0")
        options.isEnabled = true
        let service = FakeService(stored: [])
        responder = try APIResponder(
            service: service, models: FakeModels(), jobs: FakeJobs(), channels: [RESTChannel(service: service)],
            options: options)
        document =
            Response(
                responder.respondAtOnce(to: HTTPRequest(method: .get, target: "/openapi.json"))
                    ?? HTTPResponse(status: .notFound)
            ).json
    }

    private static let given: [(path: String, method: String, taken: [String], refused: [String])] = [
        (
            "/model/parse", "post",
            [
                #"{"text": ""}"#, #"{"text": "a", "message_id": {}}"#, #"{"text": ["a", 5]}"#,
                #"{"text": "a", "message_id": null}"#,
            ], ["{}", "[]", #"{"text": 5}"#, #"{"text": []}"#, #"{"text": [5]}"#, #"{"text": null}"#]
        ),
        (
            "/model/predict", "post",
            [
                "[]", #"[{"event": "resume", "metadata": null, "timestamp": null}]"#,
                #"[{"event": "user", "text": null, "parse_data": {}}]"#,
                #"[{"event": "user", "parse_data": {"entities": [{"entity": "a", "value": null}]}}]"#,
            ],
            [
                "{}", "5", "[5]", #"[{"event": "no"}]"#, #"[{"event": "resume", "metadata": []}]"#,
                #"[{"event": "user", "parse_data": null}]"#,
                #"[{"event": "user", "parse_data": {"intent": {"name": null}}}]"#,
                #"[{"event": "user", "parse_data": {"intent": []}}]"#,
                #"[{"event": "user", "parse_data": {"entities": [{}]}}]"#,
                #"[{"event": "entities", "entities": [{"entity": "a"}]}]"#,
                #"[{"event": "entities", "entities": [{"entity": "a", "value": 1, "start": "0"}]}]"#,
                #"[{"event": "slot", "name": "a"}]"#, #"[{"event": "action", "name": null}]"#,
            ]
        ),
        (
            "/conversations/{conversation_id}/tracker/events", "post",
            [#"{"event": "restart"}"#, #"[{"event": "restart"}]"#], ["[]", "{}", #""restart""#]
        ),
        ("/conversations/{conversation_id}/tracker/events", "put", ["[]"], [#"{"event": "restart"}"#]),
        (
            "/conversations/{conversation_id}/trigger_intent", "post",
            [
                #"{"name": "a", "entities": [{"entity": "a", "value": 1}]}"#, #"{"name": "a", "entities": {"a": 1}}"#,
                #"{"name": "a", "entities": null}"#,
            ],
            ["{}", #"{"name": ""}"#, #"{"name": "a", "entities": [{}]}"#, #"{"name": "a", "entities": [1]}"#]
        ),
        (
            "/conversations/{conversation_id}/execute", "post",
            [#"{"name": "a", "policy": null, "confidence": 1}"#],
            [#"{"name": ""}"#, #"{"name": "a", "policy": 5}"#, #"{"name": "a", "confidence": "1"}"#]
        ),
        (
            "/conversations/{conversation_id}/messages", "post",
            ["null", "{}", "[]", "0", "false", #""""#, #"{"intent": {"name": 5}, "entities": []}"#].map {
                #"{"text": "", "sender": "user", "parse_data": \#($0)}"#
            },
            ["1", "true", #""a""#, "[1]", #"{"intent": {}}"#, #"{"intent": {}, "entities": [{}]}"#].map {
                #"{"text": "a", "sender": "user", "parse_data": \#($0)}"#
            } + [#"{"text": "a", "sender": "bot"}"#, #"{"text": null, "sender": "user"}"#]
        ),
        (
            "/webhooks/rest/webhook", "post",
            [
                #"{"message": "", "sender": "", "metadata": null, "input_channel": null}"#,
                #"{"message": "a", "sender": 5, "metadata": [], "input_channel": {}}"#,
            ], ["{}", #"{"message": null}"#, #"{"message": 5}"#]
        ),
    ]

    @Test("Bodies", arguments: given)
    func bodies(path: String, method: String, taken: [String], refused: [String]) async throws {
        let schema = try #require(
            document["paths"]?[path]?[method]?["requestBody"]?["content"]?["application/json"]?["schema"])
        for (bodies, isTaken) in [(taken, true), (refused, false)] {
            for body in bodies {
                #expect(fits(try JSON(parsing: body), schema) == isTaken, "\(path): \(body)")
                let request = HTTPRequest(
                    method: HTTPMethod(rawValue: method.uppercased()),
                    target: path.replacing("{conversation_id}", with: "a"), body: ByteBuffer(string: body))
                let response = Response(await responder.respond(to: request))
                // Models without policies predict nothing, whatever they are asked.
                #expect((response.status == 400) != isTaken, "\(path): \(body): \(response.text)")
            }
        }
    }

    @Test(
        "Parameters that may be anything have no other schema",
        arguments: [
            ("/conversations/{conversation_id}/tracker", "get", "until"),
            ("/conversations/{conversation_id}/story", "get", "until"),
            ("/conversations/{conversation_id}/story", "get", "all_sessions"),
            ("/conversations/{conversation_id}/tracker/events", "post", "execute_side_effects"),
            ("/conversations/{conversation_id}/execute", "post", "output_channel"),
            ("/webhooks/rest/webhook", "post", "stream"),
        ])
    func parameters(path: String, method: String, name: String) throws {
        let parameters = try #require(document["paths"]?[path]?[method]?["parameters"]?.array)
        let schema = try #require(parameters.first { $0["name"]?.string == name }?["schema"])
        for value: JSON in [.null, "null", ["null", "null"], true, 1.5, [:], ""] { #expect(fits(value, schema)) }
    }

    /// Whether a value is as a schema says, as far as this description's schemas go.
    private func fits(_ value: JSON, _ schema: JSON) -> Bool {
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            return document["components"]?["schemas"]?[String(name)].map { fits(value, $0) } ?? false
        }
        if let choices = schema["anyOf"]?.array, !choices.contains(where: { fits(value, $0) }) { return false }
        if let constant = schema["const"], constant != value { return false }
        if let values = schema["enum"]?.array, !values.contains(value) { return false }
        switch (schema["type"]?.string, value) {
        case (nil, _), ("null", .null), ("boolean", .bool), ("number", .int), ("number", .double), ("integer", .int):
            break
        case ("string", .string(let text)): if text.utf8.count < schema["minLength"]?.int ?? 0 { return false }
        case ("array", .array(let elements)):
            let first = schema["prefixItems"]?.array ?? []
            guard elements.count >= schema["minItems"]?.int ?? 0,
                zip(elements, first).allSatisfy({ fits($0, $1) }),
                schema["items"].map({ item in elements.allSatisfy { fits($0, item) } }) ?? true
            else { return false }
        case ("object", .object(let members)):
            guard (schema["required"]?.array ?? []).allSatisfy({ members[$0.string ?? ""] != nil }) else {
                return false
            }
            for (name, member) in members {
                guard let rule = schema["properties"]?[name] ?? schema["additionalProperties"] else { continue }
                if !fits(member, rule) { return false }
            }
        default: return false
        }
        return true
    }
}
