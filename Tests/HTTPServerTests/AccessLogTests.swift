import ExactText
import JSON
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPServer

/// Lines that an access log has written.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock(\.self) }

    func accessLog(_ format: AccessLog.Format, _ rules: ForwardingRules = ForwardingRules()) -> AccessLog {
        AccessLog(format: format, rules: rules, idHeader: "x-request-id", plainQueryItems: ["stream"]) { bytes in
            self.lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
        }
    }
}

@Suite("The access log")
struct AccessLogTests {
    private func lines(
        _ format: AccessLog.Format, _ requests: String..., limits: ServerLimits = ServerLimits(),
        rules: ForwardingRules = ForwardingRules()
    ) throws -> (lines: [String], responses: String) {
        let lines = Lines()
        let connection = try TestConnection(limits: limits, accessLog: lines.accessLog(format, rules))
        let responses = try requests.map { try connection.send($0) }.joined()
        connection.channel.pipeline.fireChannelInactive()
        return (lines.all, responses)
    }

    private func json(_ line: String?) throws -> JSON { try JSON(parsing: Array((line ?? "").utf8)) }

    @Test("has a line for each request, in the Common Log Format with id and seconds")
    func common() throws {
        let written = try lines(
            .common, "GET /now/a?stream=true&token=sesame HTTP/1.1\r\nHost: a\r\nX-Request-ID: abc-1\r\n\r\n",
            "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "HEAD /now HTTP/1.0\r\n\r\n")
        let pattern =
            #/127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(.*)" (\S+) (\d+) "(.*)" \d+\.\d{6}\n/#
        let parts = try written.lines.map { try #require(try pattern.wholeMatch(in: $0), "\($0)") }
        #expect(
            parts.map { "\($0.1) \($0.2) \($0.3)" } == [
                "GET /now/a?stream=true&token=*** HTTP/1.1 200 11", "POST /later HTTP/1.1 200 14",
                "HEAD /now HTTP/1.0 200 0",
            ])
        #expect(parts[0].4 == "abc-1")
        #expect(parts[1].4.utf8.count == 32 && parts[1].4 != parts[2].4)
        #expect(written.responses.contains("x-request-id: abc-1\n"))
        #expect(written.responses.contains("x-request-id: \(parts[1].4)\n"))
    }

    @Test("as JSON has the facts under names")
    func json() throws {
        var rules = ForwardingRules()
        rules.trust = .proxies(try TrustedProxies(["127.0.0.0/8"]))
        let line = try json(
            try lines(
                .json,
                "GET /now/%22?a=\"b&stream=1 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n"
                    + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: tea.example\r\n\r\n", rules: rules
            ).lines.first)
        #expect(line["client"] == "192.0.2.1")
        #expect(line["method"] == "GET")
        #expect(line["path"] == "/now/%22")
        #expect(line["query"] == "a=***&stream=1")
        #expect(line["status"] == 200)
        #expect(line["bytes"] == 13)
        #expect(line["whole"] == true)
        #expect(line["scheme"] == "https")
        #expect(line["host"] == "tea.example")
        #expect(line["logger"] == "parley.access")
        #expect(line["request"]?.string?.utf8.count == 32)
        #expect(line["timestamp"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test("says what became of streams, refused requests, and those whose clients left")
    func ends() throws {
        let post = { (path: String) in "POST \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
        let stream = try json(try lines(.json, post("/stream")).lines.first)
        #expect(stream["status"] == 200 && stream["bytes"] == 8 && stream["whole"] == true)
        let broken = try json(try lines(.json, post("/stream/breaks")).lines.first)
        #expect(broken["status"] == 200 && broken["bytes"] == 4 && broken["whole"] == false)
        let failed = try lines(.json, post("/stream/fails"))
        #expect(try json(failed.lines.first)["status"] == 409)
        #expect(failed.responses.ranges(of: "x-request-id").count == 1)
        let malformed = try json(try lines(.json, "nonsense\r\n\r\n").lines.first)
        #expect(malformed["status"] == 400 && malformed["method"] == "-" && malformed["path"] == "-")
        var limits = ServerLimits()
        limits.maxBodyBytes = 1
        let large = try json(
            try lines(
                .json, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", limits: limits
            ).lines.first)
        #expect(large["status"] == 413 && large["path"] == "/now")
        let unknown = try json(try lines(.json, "BREW /now/pot HTTP/1.1\r\nHost: a\r\n\r\n").lines.first)
        #expect(unknown["method"] == "BREW" && unknown["path"] == "/now/pot")
        let cut = try json(
            try lines(.json, "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").lines.first)
        #expect(cut["status"] == 400 && cut["path"] == "/now")
        let written = Lines()
        let connection = try TestConnection(accessLog: written.accessLog(.json))
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: post("/later")))
        connection.channel.pipeline.fireChannelInactive()
        let left = try json(written.all.first)
        #expect(left["status"]?.isNull == true && left["whole"] == false && left["path"] == "/later")
    }

    @Test("cannot be forged by what clients send")
    func forgeries() throws {
        let written = try lines(
            .common, "GET /now/\"\\é?\"=1 HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\" 200 \"b\r\n\r\n")
        let line = try #require(written.lines.first)
        #expect(
            line.contains(#""GET /now/\x22\x5C\xC3\xA9?\x22=*** HTTP/1.1" 200"#) || line.contains(" 400 "), "\(line)")
        #expect(!line.contains("a\" 200"))
        let long = try lines(.common, "GET /now/\(String(repeating: "x", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(long.lines.allSatisfy { $0.utf8.count < 2000 })
    }

    @Test("ids of requests are clients' where they can stand in a log")
    func ids() {
        for id in ["a", "0123-abcd", "Root=1-67891233-abcdef012345678912345678", "a/b+c==", "x;y@z:1.2"] {
            #expect(RequestID.given(id) == id)
        }
        for id in ["", "a b", "a\"", "a\n", "é", "a,b", "<a>", "\u{0}", String(repeating: "a", count: 129)] {
            #expect(RequestID.given(id) == nil)
        }
        #expect(RequestID.given(nil) == nil)
        var sequence = RequestIDSequence()
        #expect(Set<String>((0..<1000).map { _ in sequence.next() }).count == 1000)
    }

    @Test(
        "queries lose what may be secret",
        arguments: [
            ("", ""), ("token=sesame", "token=***"), ("stream=true", "stream=true"), ("sesame", "***"),
            ("stream=a&stream=b&x", "stream=a&stream=b&***"), ("str%65am=a", "str%65am=a"), ("a=b=c&&", "a=***&&"),
            ("Stream=a", "Stream=***"), ("=sesame", "=***"), ("%74oken=x", "%74oken=***"),
        ])
    func queries(query: String, text: String) {
        #expect(QueryRedaction.text(query[...], plain: ["stream"]) == text)
    }

    @Test("is known to whoever handles the request, by the request's id")
    func currentID() throws {
        struct Teller: Responder {
            func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? {
                request.path == "/now" ? .text(RequestID.current ?? "none") : nil
            }
            func respond(to request: HTTPRequest) async -> HTTPResponse {
                await Task.yield()
                return .text(RequestID.current ?? "none")
            }
        }
        for (log, id) in [(Lines().accessLog(.json), "abc"), (nil, "none")] as [(AccessLog?, String)] {
            let connection = try TestConnection(responder: Teller(), accessLog: log)
            for path in ["/now", "/later"] {
                let response = try connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\nX-Request-ID: abc\r\n\r\n")
                #expect(response.hasSuffix("\n\(id)"), "\(response)")
            }
        }
    }
}
