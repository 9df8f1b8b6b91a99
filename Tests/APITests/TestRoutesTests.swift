import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("POST /model/test/intents")
struct TestRoutesTests {
    private func test(_ body: String, _ type: String?, _ query: String = "") async throws -> Response {
        var options = APIOptions(version: "0")
        options.isEnabled = true
        let responder = try APIResponder(
            service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [], options: options)
        let request = HTTPRequest(
            method: .post, target: "/model/test/intents\(query)",
            fields: RequestHeaders(type.map { [("content-type", $0)] } ?? []), body: ByteBuffer(string: body))
        return Response(await responder.respond(to: request))
    }

    @Test("takes YAML by its name and JSON by any other", arguments: [nil, "application/json", "text/plain"])
    func types(type: String?) async throws {
        #expect(try await test("nlu: []", "application/x-yaml").status == 200)
        #expect(try await test("nlu: []", type).status == 400)
        #expect(try await test(#"{"rasa_nlu_data": {}}"#, type).status == 200)
        #expect(try await test("{}", type).status == 200)
    }

    @Test("refuses JSON of another shape", arguments: ["[]", "5", #"{"nlu": {}}"#, #"{"rasa_nlu_data": []}"#, "{"])
    func shapes(body: String) async throws {
        let response = try await test(body, "application/json")
        #expect(response.status == 400)
        #expect(response.isAPIError)
    }

    @Test(
        "calls back by HTTP alone",
        arguments: [
            ("http://a/", 204), ("https://a:1/b?c", 204), ("HTTP://a", 204), ("", 200), ("http%2Bunix://%252Fa/b", 400),
            ("unix:///a", 400), ("https%2Bunix://%252Fa", 400), ("HTTP%2BUNIX://%252Fa", 400), ("file:///a", 400),
            ("a", 400), ("//a", 400), ("http:a", 400), ("http:///a", 400), ("%20http://a", 400), ("ftp://a", 400),
        ])
    func callbacks(address: String, status: Int) async throws {
        let response = try await test("nlu: []", "application/x-yaml", "?callback_url=\(address)")
        #expect(response.status == status)
        if status == 400 { #expect(response.json["details"] == ["parameter": "callback_url", "in": "query"]) }
    }

    @Test("validates across folds with YAML only")
    func folds() async throws {
        let query = "?cross_validation_folds=2"
        #expect(try await test("nlu: []", "application/x-yaml", query).status == 200)
        #expect(try await test("{}", "application/json", query).json["reason"] == "TestingError")
        #expect(try await test("nlu: []", "application/x-yaml", "?cross_validation_folds=1").status == 400)
    }
}
