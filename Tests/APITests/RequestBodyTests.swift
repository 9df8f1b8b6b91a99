import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("Bodies of requests are looked at before anything is done")
struct RequestBodyTests {
    private func post(_ path: String, _ body: String) async throws -> Response {
        try await ask("POST", "/conversations/a/\(path)", body)
    }

    private func ask(_ method: String, _ target: String, _ body: String) async throws -> Response {
        var options = APIOptions(version: "0.1.0")
        options.isEnabled = true
        let responder = try APIResponder(
            service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [], options: options)
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), target: target, fields: RequestHeaders([]),
            body: ByteBuffer(string: body))
        return Response(await responder.respond(to: request))
    }

    @Test(
        "a member of another type is named",
        arguments: [
            ("messages", #"{"sender": "user", "text": 5}"#, "text"),
            ("messages", #"{"sender": "user", "text": "x", "parse_data": "y"}"#, "parse_data"),
            (
                "messages", #"{"sender": "user", "text": "x", "parse_data": {"intent": {}, "entities": {}}}"#,
                "parse_data"
            ),
        ])
    func members(path: String, body: String, member: String) async throws {
        let response = try await post(path, body)
        #expect(response.status == 400)
        #expect(response.json["details"] == ["parameter": .string(member), "in": "body"])
    }

    @Test("a text of several lines may stand as it is")
    func lines() async throws {
        let response = try await ask("POST", "/model/parse", "{\"text\": \"one\n\ttwo\"}")
        #expect(response.json["text"] == "one\n\ttwo")
        #expect(try await ask("POST", "/model/parse", "{\"text\": \"one\0two\"}").status == 400)
    }

    @Test(
        "a server or storage without a name is no wish for the model in a file",
        arguments: [#""model_server": {}"#, #""remote_storage": """#, #""remote_storage": 5"#])
    func sources(source: String) async throws {
        let file = #""model_file": "models/a.tar.gz""#
        #expect(try await ask("PUT", "/model", "{\(file)}").status == 204)
        #expect(try await ask("PUT", "/model", "{\(file), \(source)}").status == 400)
    }

    @Test(
        "entities need a name and a value",
        arguments: [
            ("trigger_intent", #"{"name": "greet", "entities": ["x"]}"#, "entities/0"),
            ("trigger_intent", #"{"name": "greet", "entities": [{"entity": "x"}]}"#, "entities/0/value"),
            (
                "trigger_intent", #"{"name": "greet", "entities": [{"entity": "x", "value": 1}, {"value": 1}]}"#,
                "entities/1/entity"
            ),
            (
                "messages", #"{"sender": "user", "text": "x", "parse_data": {"intent": {}, "entities": [1]}}"#,
                "entities/0"
            ),
        ])
    func entities(path: String, body: String, place: String) async throws {
        let response = try await post(path, body)
        #expect(response.status == 400)
        #expect(response.json["message"]?.string?.contains(place) == true)
    }
}
