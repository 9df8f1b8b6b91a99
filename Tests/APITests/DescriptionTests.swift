import Channels
import ConversationSupport
import ExactText
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import API

@Suite("GET /openapi.json tells which routes there are")
struct DescriptionTests {
    private static let options: APIOptions = {
        var options = APIOptions(version: "0.1.0")
        options.isEnabled = true
        return options
    }()

    private let routes = APIResponder.routes(
        service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [RESTChannel(service: FakeService())],
        options: DescriptionTests.options)

    private func document(_ change: (inout APIOptions) -> Void = { _ in }) -> JSON {
        var options = Self.options
        change(&options)
        return APIDescription(routes.map { ($0.method, $0.path) }, options: options).json
    }

    /// Method and path of every operation in a document, with the operation.
    private static func operations(_ document: JSON) -> [String: JSON] {
        var operations: [String: JSON] = [:]
        for (path, methods) in document["paths"]?.object ?? [:] {
            for (method, operation) in methods.object ?? [:] {
                operations["\(method.uppercased()) \(path)"] = operation
            }
        }
        return operations
    }

    @Test("every route has words of its own, and every word a route")
    func everyRoute() {
        let routed = Set<String>(routes.map { "\($0.method) \($0.path)" })
        let described = Operation.described.map { "\($0.method) \($0.path)" }
        #expect(routed == Set<String>(described))
        #expect(described.count == Set<String>(described).count)
        #expect(routed == Set(Self.operations(document()).keys))
        #expect(routed.contains("GET /openapi.json"))
    }

    @Test("names are unique, and the parameters in a path are those of the operation")
    func names() {
        let operations = Self.operations(document())
        let names = operations.values.compactMap { $0["operationId"]?.string }
        #expect(names.count == operations.count)
        #expect(Set<String>(names).count == names.count)
        for (place, operation) in operations {
            let inPath = (operation["parameters"]?.array ?? []).filter { $0["in"] == "path" }
            #expect(inPath.compactMap { $0["name"]?.string } == Operation.placeholders(of: place))
            #expect(inPath.allSatisfy { $0["required"] == true })
        }
    }

    @Test("every schema that is referred to is there, and every schema is referred to")
    func references() {
        let document = document()
        let defined = Set<String>(
            (document["components"]?["schemas"]?.object ?? [:]).keys.map { "#/components/schemas/\($0)" })
        var used: Set<String> = []
        func collect(_ value: JSON) {
            if let reference = value["$ref"]?.string { used.insert(reference) }
            for member in value.object?.values ?? [] { collect(member) }
            for element in value.array ?? [] { collect(element) }
        }
        collect(document)
        #expect(used == defined)
        #expect(defined.count > 30)
    }

    @Test("callers are asked where a token is set, and only at guarded routes")
    func security() async throws {
        #expect(document()["components"]?["securitySchemes"] == nil)
        let guarded = document { $0.token = "t" }
        #expect(guarded["components"]?["securitySchemes"]?.object?.keys == ["token", "tokenHeader"])
        let operations = Self.operations(guarded)
        #expect(operations["GET /version"]?["security"] == [])
        #expect(operations["GET /version"]?["responses"]?["401"] == nil)
        #expect(operations["GET /status"]?["security"] == [["token": []], ["tokenHeader": []]])
        #expect(operations["GET /status"]?["responses"]?["401"] != nil)
        for route in routes {
            let request = HTTPRequest(method: route.method, target: route.path)
            let isOpen = operations["\(route.method) \(route.path)"]?["security"] == []
            #expect(try await isRefused(request) != isOpen, "\(route.path)")
        }
    }

    /// Whether a request without a token gets 401 where there is one.
    private func isRefused(_ request: HTTPRequest) async throws -> Bool {
        var options = Self.options
        options.token = "t"
        let responder = try APIResponder(
            service: FakeService(), models: FakeModels(), jobs: FakeJobs(),
            channels: [RESTChannel(service: FakeService())], options: options)
        let response = await responder.respond(to: request)
        return response.status == .unauthorized
    }

    @Test("the routes of platforms may answer as those want it")
    func platforms() {
        let document = APIDescription([(.post, "/webhooks/slack/webhook")], options: Self.options).json
        let responses = Self.operations(document)["POST /webhooks/slack/webhook"]?["responses"]
        for status in ["200", "400", "401", "403"] { #expect(responses?[status]?["content"]?["*/*"] != nil) }
        #expect(responses?["204"] != nil)
    }

    @Test("is served without a token, together with the API only")
    func route() async throws {
        for isEnabled in [true, false] {
            var options = Self.options
            options.isEnabled = isEnabled
            options.token = "t"
            let responder = try APIResponder(
                service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [], options: options)
            let response = responder.respondAtOnce(to: HTTPRequest(method: .get, target: "/openapi.json"))
            #expect(response?.status == (isEnabled ? .ok : .notFound))
        }
    }
}
