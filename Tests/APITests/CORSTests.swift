import HTTPServer
import Testing

@testable import API

@Suite("CORS headers")
struct CORSTests {
    private static let expose = "access-control-expose-headers: filename"
    private static let credentials = "access-control-allow-credentials: true"

    private func fields(_ origins: [String], origin: String?) throws -> [String] {
        let request = HTTPRequest(
            method: .get, target: "/", fields: RequestHeaders(origin.map { [("Origin", $0)] } ?? []))
        return try CORS(origins: origins).adding(to: .text(""), for: request).fields.map { "\($0.name): \($0.value)" }
    }

    @Test(
        "are those that Rasa sends",
        arguments: [
            ([], nil, [expose, credentials]), ([""], nil, [expose, credentials]), ([], "http://shop.example", []),
            (["*"], nil, ["access-control-allow-origin: *", expose, credentials]),
            (
                ["*"], "http://shop.example",
                ["access-control-allow-origin: http://shop.example", expose, credentials, "vary: Origin"]
            ),
            (["*"], "null", ["access-control-allow-origin: null", expose, credentials, "vary: Origin"]),
            (
                ["http://shop.example"], nil,
                ["access-control-allow-origin: http://shop.example", expose, credentials]
            ),
            (
                ["http://shop.example"], "http://SHOP.example",
                ["access-control-allow-origin: http://SHOP.example", expose, credentials]
            ),
            (["http://shop.example"], "http://evil.example", []),
            (
                ["http://shop.example", "https://admin.example"], "https://admin.example",
                ["access-control-allow-origin: https://admin.example", expose, credentials, "vary: Origin"]
            ),
            (["http://shop.example", "https://admin.example"], "http://admin.example", []),
            (
                [#"https://.*\.shop\.example"#], "https://A.shop.example",
                ["access-control-allow-origin: https://A.shop.example", expose, credentials, "vary: Origin"]
            ),
            ([#"https://.*\.shop\.example"#], "https://shop.example", []),
            ([#"https://.*\.shop\.example"#], nil, []),
            ([".*"], nil, ["access-control-allow-origin: *", expose, credentials]),
            (
                ["", "http://shop.example"], nil,
                ["access-control-allow-origin: http://shop.example", expose, credentials, "vary: Origin"]
            ),
        ] as [([String], String?, [String])])
    func headers(origins: [String], origin: String?, expected: [String]) throws {
        #expect(try fields(origins, origin: origin) == expected)
    }

    @Test("answer preflights on any path")
    func preflight() throws {
        let request = HTTPRequest(
            method: .options, target: "/nope",
            fields: RequestHeaders([
                ("Origin", "http://shop.example"), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "x-mine, content-type"),
            ]))
        let allowed = try CORS(origins: ["*"]).preflightResponse(request)
        #expect(allowed.status == .ok)
        #expect(
            allowed.fields.suffix(2) == [
                HTTPField("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
                HTTPField("access-control-allow-headers", "content-type, x-mine"),
            ])
        #expect(try CORS(origins: []).preflightResponse(request).fields.isEmpty)
    }

    @Test("do not try patterns on what is too long to be an origin")
    func longOrigin() throws {
        let pattern = #"https://.*\.example"#
        #expect(try fields([pattern], origin: "https://" + String(repeating: "a", count: 200) + ".example").count == 4)
        #expect(try fields([pattern], origin: "https://" + String(repeating: "a", count: 300) + ".example").isEmpty)
    }

    @Test("refuse an origin that is no pattern")
    func brokenPattern() {
        #expect(throws: CORSError.self) { try CORS(origins: ["*("]) }
    }
}
