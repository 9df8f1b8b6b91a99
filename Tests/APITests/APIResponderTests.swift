import Assistant
import Channels
import ConversationSupport
import ExactText
import HTTPServer
import JSON
import Leases
import NIOCore
import Stores
import Testing

@testable import API

@Suite("The HTTP API")
struct APIResponderTests {
    private func ask(
        _ method: String, _ target: String, _ body: String = "", fields: [(String, String)] = [],
        service: FakeService = FakeService(), change: (inout APIOptions) -> Void = { _ in }
    ) async throws -> Response {
        var options = APIOptions(version: "0.1.0")
        options.isEnabled = true
        change(&options)
        let responder = try APIResponder(
            service: service, models: FakeModels(), jobs: FakeJobs(), channels: [RESTChannel(service: service)],
            options: options)
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), target: target, fields: RequestHeaders(fields),
            body: ByteBuffer(string: body))
        if let response = responder.respondAtOnce(to: request) { return Response(response) }
        return Response(await responder.respond(to: request))
    }

    @Test("says what it is to anybody")
    func openRoutes() async throws {
        let root = try await ask("GET", "/") { $0.token = "t" }
        #expect(root.text.hasPrefix("Hello from "))
        let exact = try await ask("GET", "/version/") { $0.token = "t" }
        #expect(exact.json == ["version": "3.6.21", "minimum_compatible_version": "3.6.21"])
        let version = try await ask("GET", "/version") { $0.token = "t" }
        #expect(
            version.json == [
                "version": "3.6.21", "minimum_compatible_version": "3.6.21", "parley": "0.1.0",
            ])
        #expect(try await ask("GET", "/webhooks/rest/", change: { $0.token = "t" }).json == ["status": "ok"])
    }

    @Test("tells of the model")
    func status() async throws {
        #expect(
            try await ask("GET", "/status").json
                == ["model_file": "a.tar.gz", "model_id": "1", "num_active_training_jobs": 0])
    }

    @Test(
        "answers unknown paths and methods as an API",
        arguments: [
            ("GET", "/nope", 404, nil), ("GET", "/webhooks/unknown/", 404, nil), ("GET", "/conversations", 404, nil),
            ("GET", "/conversations/a/nope", 404, nil), ("POST", "/", 405, "GET"), ("BREW", "/version", 405, "GET"),
            ("GET", "/model", 405, "DELETE, PUT"), ("GET", "/model/parse", 405, "POST"),
            ("GET", "/webhooks/rest/webhook", 405, "POST"), ("GET", "/conversations/a/execute", 405, "POST"),
            ("POST", "/conversations/a/tracker", 405, "GET"), ("GET", "/conversations/a/tracker/events", 404, nil),
            ("GET", "/conversations/a/messages", 405, "POST"), ("POST", "/domain", 405, "GET"),
            ("GET", "/conversations/a/story", 404, nil), ("PUT", "/model", 400, nil),
        ] as [(String, String, Int, String?)])
    func unknown(method: String, path: String, status: Int, allow: String?) async throws {
        let response = try await ask(method, path)
        #expect(response.status == status)
        #expect(response.fields["allow"] == allow)
        #expect(response.isAPIError)
    }

    @Test("serves only / and the channels unless enabled")
    func disabled() async throws {
        for path in ["/version", "/status", "/domain", "/conversations/a/tracker"] {
            #expect(try await ask("GET", path) { $0.isEnabled = false }.status == 404)
        }
        #expect(try await ask("POST", "/model/parse", "{}") { $0.isEnabled = false }.status == 404)
        #expect(try await ask("GET", "/") { $0.isEnabled = false }.status == 200)
        #expect(try await ask("GET", "/webhooks/rest") { $0.isEnabled = false }.status == 200)
    }

    @Test(
        "asks for the token, and looks for it in the query only",
        arguments: [
            ("/status?token=s3same", 200), ("/status?token=%733same", 200), ("/status?token=s3same&token=no", 200),
            ("/status?token=&token=s3same", 200), ("/status", 401), ("/status?token=no", 401), ("/status?token=", 401),
            ("/status?Token=s3same", 401), ("/status?token=S3SAME", 401), ("/status?token=no&token=s3same", 401),
            ("/status?token=s3sam", 401), ("/status?token=s3same1", 401), ("/status?token=s3sames3same", 401),
            ("/conversations/a/nope?token=s3same", 404), ("/nope", 404), ("/conversations/a/story", 401),
            ("/domain?token=no", 401),
        ])
    func tokens(target: String, status: Int) async throws {
        let response = try await ask(
            "GET", target, fields: [("Authorization", "Bearer s3same")], change: { $0.token = "s3same" })
        #expect(response.status == status)
        if status == 401 {
            #expect(response.json["reason"] == "NotAuthenticated")
            #expect(
                response.json["help"]
                    == "https://rasa.com/docs/rasa/user-guide/configuring-http-api/#security-considerations")
        }
    }

    @Test("says 409 without a model, after the token, before anything else")
    func noModel() async throws {
        let service = FakeService(hasModel: false)
        for (method, path) in [
            ("GET", "/status"), ("GET", "/domain"), ("POST", "/model/parse"), ("POST", "/model/predict"),
            ("GET", "/conversations/a/tracker"), ("PUT", "/conversations/a/tracker/events"),
        ] {
            let response = try await ask(method, path, service: service)
            #expect(response.status == 409)
            #expect(response.json["reason"] == "Conflict")
            #expect(try await ask(method, path, service: service) { $0.token = "t" }.status == 401)
        }
        let stream = try await ask(
            "POST", "/webhooks/rest/webhook?stream=true", #"{"message": "hi"}"#, service: service)
        #expect(stream.status == 200)
    }

    @Test("shows conversations by their raw ids")
    func trackers() async throws {
        #expect(try await ask("GET", "/conversations/k%C3%A4se/b/tracker").json["sender_id"] == "k%C3%A4se/b")
        #expect(try await ask("GET", "/conversations/a/tracker").json["events"] == [])
        #expect(try await ask("GET", "/conversations/a/tracker?include_events=none").json["events"] == .null)
        #expect(try await ask("GET", "/conversations/a/tracker?include_events=&until=x").json["events"] == [])
        #expect(try await ask("GET", "/conversations/a/tracker?until=1e3").status == 200)
        let wrong = try await ask("GET", "/conversations/a/tracker?include_events=SOME")
        #expect(wrong.status == 400)
        #expect(wrong.json["details"] == ["parameter": "include_events", "in": "query"])
    }

    @Test(
        "words failures of turns and stores",
        arguments: [
            (LeaseError(.storeUnreachable, "gone"), 503, "LockStoreUnavailable", "1"),
            (LeaseError(.lost, "gone"), 503, "LockStoreUnavailable", "1"),
            (LeaseError(.tooManyWaiting, "full"), 503, "TooManyWaiting", "1"),
            (StoreError(.unreachable, "gone"), 503, "TrackerStoreUnavailable", "1"),
            (StoreError(.unknown, "gone"), 504, "TrackerStoreUnavailable", nil),
            (StoreError(.conflict, "changed"), 503, "TrackerStoreUnavailable", "1"),
            (StoreError(.unreadable, "odd"), 500, "ConversationError", nil),
            (CancellationError(), 503, "ResponseTimeout", "1"),
        ] as [(any Error & Sendable, Int, String, String?)])
    func failures(failure: any Error & Sendable, status: Int, reason: String, retryAfter: String?) async throws {
        let service = FakeService(failure: failure)
        let response = try await ask("POST", "/webhooks/rest/webhook", #"{"message": "hi"}"#, service: service)
        #expect(response.status == status)
        #expect(response.json["reason"] == .string(reason))
        #expect(response.fields["retry-after"] == retryAfter)
        #expect(response.isAPIError)
        #expect(!response.text.contains("hi\""))
        // Whoever is told that nothing is stored sends the same again.
        let isUnknown = (failure as? StoreError)?.code == .unknown
        #expect(response.text.contains("may be stored") == isUnknown)
        if isUnknown { #expect(!response.text.contains("nothing")) }
    }
}

/// A response taken apart.
struct Response {
    let status: Int
    let fields: [String: String]
    let text: String

    init(_ response: HTTPResponse) {
        status = response.status.code
        fields = Dictionary(response.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        if case .bytes(let bytes) = response.body { text = String(decoding: bytes, as: UTF8.self) } else { text = "" }
    }

    var json: JSON { (try? JSON(parsing: text)) ?? .null }

    var isAPIError: Bool {
        json.object?.keys.elementsEqual(["version", "status", "message", "reason", "details", "help", "code"]) == true
            && json["code"] == .int(status) && json["status"] == "failure" && json["message"] != ""
    }
}
