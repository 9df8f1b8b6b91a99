import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Whatever clients do, all workers go on serving", .ownThread)
struct AbuseTests {
    private static let post = "POST /webhooks/rest/webhook HTTP/1.1\r\nHost: a\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    /// Each must be answered by one 4xx, or by nothing, and end the connection: what follows is never a request.
    private static let broken: [String] =
        lengths + codings + chunks + lines + floods + [
            "GET /version\r\n\r\n", "GET /version HTTP/9.9\r\n\r\n", "GET version HTTP/1.1\r\n\r\n",
            "\u{1}\u{2}\u{3}\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}",
        ]

    /// Lengths that are none, two or another's.
    private static let lengths: [String] =
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: 5, 5", "Content-Length: 5 5", "Content-Length: 5\r5", "Content-Length : 5",
            "Content-Length: +5", "Content-Length: -1", "Content-Length: 0x5", "Content-Length: 5.0",
            "Content-Length: ",
            "Content-Length: 99999999999999999999", "Content-Length: 18446744073709551621",
        ].map { post + $0 + "\r\n\r\n0\r\n\r\n" }

    /// Codings that programs on the way read in different ways.
    private static let codings: [String] =
        [
            ": identity", ": xchunked", ": gzip, chunked", ": chunked, identity", ": chunked;q=1", ": \"chunked\"",
            ": \u{B}chunked", ": ", " : chunked", ":\r\n chunked", ": chunked\r\nTransfer-Encoding: chunked",
        ].map { post + "Transfer-Encoding" + $0 + "\r\n\r\n0\r\n\r\n" } + [
            "POST /version HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ]

    private static let chunks: [String] =
        [
            "zz\r\n", "-1\r\n", "+1\r\na\r\n0\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n", " 1\r\na\r\n0\r\n\r\n",
            "1 \r\na\r\n0\r\n\r\n", "1\na\n0\n\n", "1\ra\r0\r\r", "1\r\na\n0\r\n\r\n", "1\r\nab\r\n0\r\n\r\n",
            "\r\na\r\n0\r\n\r\n",
            "1;a\nb\r\na\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\n", "10000000000000001\r\na\r\n0\r\n\r\n",
            "0\r\nContent-Length: 5\r\n\r\n", "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\nno trailer\r\n\r\n",
            "0\r\nA: b\r\n c\r\n\r\n", "0\r\n" + String(repeating: "X: y\r\n", count: 20_000) + "\r\n",
        ].map { chunked + $0 }

    /// Lines that end, or go on, where they should not.
    private static let lines: [String] =
        [
            "Host: b", "A: b\r\n c", "A: b\r\n\tc", "A: b\u{0}", "A: b\u{1}", "A: b\u{7F}", "A b: c", "A : b", ": b",
            "Ab", "é: b",
            "A: b\n", "A: b\nC: d", "A: b\rC: d", "A: b\r",
        ].map { post + $0 + "\r\n\r\n" } + [
            "POST /webhooks/rest/webhook HTTP/1.1\r\n Host: a\r\n\r\n", "GET /version HTTP/1.1\nHost: a\n\n",
        ]

    private static let floods: [String] = [
        "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 20_000) + "\r\n",
        "GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 200_000) + "\r\n\r\n",
        "GET /" + String(repeating: "b", count: 200_000) + " HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "b", count: 200_000) + "\r\n",
    ]

    /// Odd, and yet one request each, with an end that is beyond doubt.
    private static let odd: [String] = [
        "\r\n\r\nGET /version HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://other/version HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /version HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "GET /version HTTP/1.1\r\nHost: a:80 \r\nContent-Length: 005\r\n\r\nhello",
        "GET /version HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /version HTTP/1.1\r\nHost:\r\nConnection: Content-Length\r\nContent-Length: \t5\r\n\r\nhello",
    ]

    private static let next = "GET /version HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("contradictory, cut, oversized and smuggled requests")
    func brokenRequests() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(["--enable-api", "--request-timeout", "2"], workers: 2, redis: redis)
        let workers = server.workers
        for text in Self.broken {
            let connection = try HTTPConnection(port: server.port)
            try? connection.send(text + Self.next)
            if let response = try? connection.response() {
                #expect((400..<500).contains(response.status), "\(text.prefix(200))")
                #expect(response.json?["status"]?.string == "failure")
                #expect(response.headers["connection"] == "close")
            }
            #expect(throws: HTTPConnection.Ended.self, "\(text.prefix(200))") { try connection.response() }
        }
        for text in Self.odd {
            let whole = try HTTPConnection(port: server.port)
            try whole.send(text + Self.next)
            let split = try HTTPConnection(port: server.port)
            for byte in (text + Self.next).utf8 { try split.send([byte]) }
            for connection in [whole, split, whole, split] {
                #expect(try connection.response().status == 200, "\(text)")
            }
        }
        try expectServing(server, workers)
    }

    @Test("slow, half-open and silent clients")
    func slowClients() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(
            ["--enable-api", "--request-timeout", "5", "--keep-alive-timeout", "3"], workers: 2, redis: redis)
        let workers = server.workers
        let parts = [
            "", "G", "GET /version HT", "GET /version HTTP/1.1\r\nA:", Self.post + "Content-Length: 50\r\n\r\nabc",
            Self.chunked + "5\r\nab", Self.post + "Expect: 100-continue\r\nContent-Length: 50\r\n\r\n",
        ]
        var connections: [(HTTPConnection, String)] = []
        for part in Array(repeating: parts, count: 30).joined() {
            let connection = try HTTPConnection(port: server.port)
            try connection.send(part)
            connections.append((connection, part))
            let halfOpen = try HTTPConnection(port: server.port)
            try halfOpen.send(part)
            halfOpen.endSending()
            // A request that was cut is refused, if it is answered at all.
            #expect([0, 400].contains(try halfOpen.statusAtEnd()), "\(part)")
        }
        let halfOpen = try HTTPConnection(port: server.port)
        try halfOpen.send(Self.next)
        halfOpen.endSending()
        #expect(try halfOpen.response().status == 200)
        #expect(throws: HTTPConnection.Ended.self) { try halfOpen.response() }
        try expectServing(server, workers)
        for (connection, part) in connections {
            if part.contains("Expect") { #expect(try connection.response().status == 100) }
            if !part.isEmpty { #expect(try connection.response().status == 408, "\(part)") }
            #expect(throws: HTTPConnection.Ended.self) { try connection.response() }
        }
        let idle = try HTTPConnection(port: server.port)
        try idle.send(Self.next)
        #expect(try idle.response().status == 200)
        #expect(throws: HTTPConnection.Ended.self) { try idle.response() }
        try expectServing(server, workers)
    }

    @Test("thousands of idle connections")
    func idleConnections() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(
            ["--enable-api", "--request-timeout", "600", "--keep-alive-timeout", "600"], workers: 2, redis: redis,
            environment: ["SANIC_BACKLOG": "1000"])
        let workers = server.workers
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(10_000, Int(clamping: limit.rlim_cur) / 2)
        let idle = try (0..<count).map { _ in try HTTPConnection(port: server.port) }
        try expectServing(server, workers)
        for connection in idle.prefix(100) {
            try connection.send(Self.next)
            #expect(try connection.response().status == 200)
        }
    }

    @Test("more connections and messages than the limits allow")
    func limits() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(
            ["--enable-api", "--max-connections", "20", "--max-waiting-messages", "2"], workers: 2, redis: redis,
            environment: ["SANIC_REQUEST_MAX_SIZE": "1000"])
        let workers = server.workers
        let connections = try (0..<30).map { _ in try HTTPConnection(port: server.port) }
        let message = #"{"sender": "crowd", "message": "hello"}"#
        for connection in connections { try connection.request("POST", "/webhooks/rest/webhook", message) }
        var statuses: [Int: Int] = [:]
        for connection in connections {
            let response = try connection.response()
            statuses[response.status, default: 0] += 1
            if response.status == 503 {
                #expect(response.headers["retry-after"] == "1")
                #expect(response.json?["reason"]?.string == "TooManyWaiting")
            }
        }
        #expect(Set(statuses.keys).isSubset(of: [200, 503]))
        #expect(statuses[200] ?? 0 >= 2)
        let large = try server.call("POST", "/webhooks/rest/webhook", String(repeating: "x", count: 1001))
        #expect(large.status == 413)
        try expectServing(server, workers)
    }

    /// The workers are those of the start, and every request is answered, whoever of them gets it.
    private func expectServing(_ server: ParleyServer, _ workers: [pid_t]) throws {
        #expect(workers.count == 2)
        #expect(server.workers == workers)
        for number in 0..<40 {
            #expect(try server.say("hello", as: "abuse-\(number)").status == 200)
        }
    }
}
