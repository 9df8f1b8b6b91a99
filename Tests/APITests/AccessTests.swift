import ConversationSupport
import HTTPServer
import JSON
import NIOCore
import TestSupport
import Testing
import WebTokens

@testable import API

@Suite("Callers of the API")
struct AccessTests {
    private enum Tokens {
        static let admin = signed(#"{"user":{"username":"boss","role":"admin"}}"#)
        static let user = signed(#"{"user":{"username":"jo","role":"user"}}"#)
    }

    private static let secret = "a-secret-of-sufficient-length"

    private static func signed(_ payload: String) -> String {
        TokenMaker.hs256(payload, secret: secret)
    }

    private func status(
        _ method: String = "GET", _ target: String = "/status", _ fields: [(String, String)] = [], token: String? = nil,
        takesWebTokens: Bool = true
    ) async throws -> Int {
        var options = APIOptions(version: "0.1.0")
        options.isEnabled = true
        options.token = token
        if takesWebTokens { options.webTokens = try TokenVerifier(.hs256, key: Array(Self.secret.utf8)) }
        let responder = try APIResponder(
            service: FakeService(), models: FakeModels(), jobs: FakeJobs(), channels: [], options: options)
        let request = HTTPRequest(
            method: HTTPMethod(rawValue: method), target: target, fields: RequestHeaders(fields), body: ByteBuffer())
        if let response = responder.respondAtOnce(to: request) { return response.status.code }
        return await responder.respond(to: request).status.code
    }

    private func bearer(_ token: String) -> [(String, String)] { [("Authorization", "Bearer \(token)")] }

    @Test("are known by their web tokens")
    func webTokens() async throws {
        #expect(try await status(bearer: Tokens.admin) == 200)
        #expect(try await status(bearer: Tokens.user) == 403)
        #expect(try await status(bearer: "garbage") == 401)
        #expect(try await status(bearer: Self.signed("{}")) == 403)
        #expect(try await status() == 401)
        #expect(try await status("GET", "/version") == 200)
        #expect(try await status("GET", "/nope") == 404)
        #expect(try await status("GET", "/status?access_token=\(Tokens.admin)") == 401)
        #expect(try await status("GET", "/status", [("Cookie", "access_token=\(Tokens.admin)")]) == 401)
    }

    private func status(bearer token: String) async throws -> Int {
        try await status("GET", "/status", bearer(token))
    }

    @Test(
        "in the role of a user have the conversation of their name and nothing else",
        arguments: [
            ("GET", "/conversations/jo/tracker", 200), ("GET", "/conversations/jo/tracker/", 200),
            ("GET", "/conversations/kim/tracker", 403), ("GET", "/conversations/JO/tracker", 403),
            ("GET", "/conversations/j%6F/tracker", 403), ("GET", "/conversations//tracker", 403),
            ("GET", "/conversations/jo//tracker", 403), ("GET", "/conversations/jo/kim/tracker", 403),
            ("GET", "/conversations/jo%00/tracker", 403), ("GET", "/conversations/jo/../kim/tracker", 403),
            ("POST", "/model/parse", 403), ("GET", "/domain", 403), ("DELETE", "/model", 403), ("GET", "/status", 403),
        ])
    func users(method: String, path: String, expected: Int) async throws {
        #expect(try await status(method, path, bearer(Tokens.user)) == expected)
    }

    @Test(
        "whose payload says something odd have no right",
        arguments: [
            #"{"user":"admin"}"#, #"{"user":null}"#, #"{"user":["admin"]}"#, #"{"role":"admin","username":"jo"}"#,
            #"{"user":{"username":"jo"}}"#, #"{"user":{"username":"jo","role":"Admin"}}"#,
            #"{"user":{"username":"jo","role":["admin"]}}"#, #"{"user":{"role":"user"}}"#,
            #"{"user":{"username":7,"role":"user"}}"#, #"{"user":{"username":"","role":"user"}}"#,
        ])
    func oddPayloads(payload: String) async throws {
        // A path without a name is the conversation `default`.
        for path in ["/conversations/jo/tracker", "/conversations//tracker", "/conversations/default/tracker"] {
            #expect(try await status("GET", path, bearer(Self.signed(payload))) == 403)
        }
    }

    @Test(
        "must say who they are once and in the one form",
        arguments: [
            (["bearer §"], 400), (["§"], 400), (["JWT §"], 400), (["Basic §"], 400), (["Bearer § §"], 400),
            (["Bearer  §"], 400), (["Bearer"], 401), (["Bearer §", "Bearer §"], 400), (["Bearer §", "Basic §"], 400),
            (["Bearer §,Bearer §"], 400), (["Bearer §\t"], 401), (["Bearer §"], 200),
        ] as [([String], Int)])
    func forms(values: [String], expected: Int) async throws {
        let fields = values.map { ("Authorization", $0.replacing("§", with: Tokens.admin)) }
        #expect(try await status("GET", "/status", fields) == expected)
    }

    @Test("may use either where token and web tokens are configured")
    func both() async throws {
        for (target, fields, expected) in [
            ("/status?token=t", [], 200), ("/status?token=no", [], 401), ("/status", [], 401),
            ("/status", bearer(Tokens.admin), 200), ("/status?token=no", bearer(Tokens.admin), 200),
            ("/status?token=t", bearer("garbage"), 200), ("/status?token=t", bearer(Tokens.user), 200),
            ("/status", bearer(Tokens.user), 403), ("/status", [("Authorization", "Token t")], 200),
            ("/status", [("Authorization", "Token no")], 401), ("/status", bearer("t"), 401),
        ] as [(String, [(String, String)], Int)] {
            #expect(try await status("GET", target, fields, token: "t") == expected, "\(target) \(fields)")
        }
    }

    @Test("may give the token in the header Authorization too")
    func tokenHeader() async throws {
        for (value, expected) in [
            ("Token t", 200), ("Token no", 401), ("Token", 401), ("token t", 401), ("Bearer t", 401), ("t", 401),
        ] {
            let fields = [("Authorization", value)]
            #expect(try await status("GET", "/status", fields, token: "t", takesWebTokens: false) == expected)
        }
        #expect(try await status("GET", "/status", [("Authorization", "Token t")]) == 400)
    }
}
