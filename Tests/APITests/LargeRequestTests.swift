import Channels
import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("Requests that are too large are refused with the limit")
struct LargeRequestTests {
    private func ask(_ method: String, _ target: String, _ body: String) async throws -> Response {
        var options = APIOptions(version: "0.1.0")
        options.isEnabled = true
        let service = FakeService()
        let responder = try APIResponder(
            service: service, models: FakeModels(), jobs: FakeJobs(), channels: [RESTChannel(service: service)],
            options: options)
        return Response(
            await responder.respond(
                to: HTTPRequest(
                    method: HTTPMethod(rawValue: method), target: target, body: ByteBuffer(string: body))))
    }

    private func refused(_ method: String, _ target: String, _ body: String, _ limit: String) async throws {
        let response = try await ask(method, target, body)
        #expect(response.json["code"] == 413)
        #expect(response.json["reason"] == "ContentTooLarge")
        #expect(response.json["message"]?.string?.contains(limit) == true, "\(response.text)")
    }

    private func list(_ element: String, _ count: Int) -> String {
        "[" + Array(repeating: element, count: count).joined(separator: ",") + "]"
    }

    @Test(arguments: [
        ("POST", "/webhooks/rest/webhook"), ("POST", "/model/parse"), ("PUT", "/model"),
        ("POST", "/conversations/a/execute"), ("POST", "/conversations/a/messages"),
        ("POST", "/conversations/a/trigger_intent"),
    ])
    func bodiesOfOneMessage(_ method: String, _ path: String) async throws {
        let body = #"{"sender": "user", "text": "a", "message": "a", "name": "a", "x": ""#
        try await refused(method, path, body + String(repeating: "y", count: 1_000_000) + #""}"#, "1000000 bytes")
    }

    @Test(arguments: [("PUT", "/conversations/a/tracker/events"), ("POST", "/model/predict")])
    func events(_ method: String, _ path: String) async throws {
        try await refused(method, path, list(#"{"event":"undo"}"#, 200_001), "200000 are allowed")
        try await refused(method, path, list("0", HTTPRequest.maxJSONValues), "\(HTTPRequest.maxJSONValues) values")
        let response = try await ask(method, path, list(#"{"event":"undo"}"#, 10_000))
        #expect(response.json["code"] == nil)
    }

    @Test func entities() async throws {
        let entities = list(#"{"entity":"a","value":1}"#, 1001)
        let parsed = #"{"intent":{"name":"a","confidence":1},"entities":\#(entities)}"#
        let message = #"{"sender":"user","text":"a","parse_data":\#(parsed)}"#
        try await refused("POST", "/conversations/a/messages", message, "1000 are allowed")
        try await refused(
            "POST", "/conversations/a/trigger_intent", #"{"name":"a","entities":\#(entities)}"#, "1000 are allowed")
        try await refused(
            "POST", "/conversations/a/tracker/events", #"{"event":"user","text":"a","parse_data":\#(parsed)}"#,
            "1000 are allowed")
    }

    @Test("Reminders are counted where they take effect")
    func reminders() async throws {
        let path = "/conversations/a/tracker/events"
        let body = list(#"{"event":"cancel_reminder","name":"a"}"#, 1001)
        try await refused("POST", path + "?execute_side_effects=true", body, "1000 reminders")
        #expect(try await ask("POST", path, body).json["code"] == nil)
    }

    @Test("A domain is written once for each model")
    func domain() {
        let domains = RenderedDomain()
        let (first, second) = (ModelInUse(file: "a", id: "1"), ModelInUse(file: "a", id: "2"))
        domains.keep([1], .json, of: first)
        #expect(domains.text(.json, of: first) == [1])
        #expect(domains.text(.yaml, of: first) == nil)
        #expect(domains.text(.json, of: second) == nil)
        domains.keep([2], .yaml, of: second)
        #expect(domains.text(.json, of: first) == nil)
    }
}
