import Foundation
import Testing

@Suite("Whatever clients do, all workers go on serving")
struct AbuseTests {
    private static let post = "POST /webhooks/rest/webhook HTTP/1.1\r\nHost: a\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    /// Each must be answered by one 4xx, or by nothing, and end the connection: what follows is never a request.
    private static let broken: [String] = [
        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        post + "Content-Length: 5, 5\r\n\r\nabcde", post + "Content-Length: +5\r\n\r\nabcde",
        post + "Content-Length: -1\r\n\r\n", post + "Content-Length: 99999999999999999999\r\n\r\n",
        post + "Transfer-Encoding: identity\r\n\r\n", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        post + "Host: b\r\n\r\n", post + "A: b\r\n c\r\n\r\n", post + "A: b\u{0}\r\n\r\n", post + "A b: c\r\n\r\n",
        post + "A: b\n\r\n", "GET /version\r\n\r\n", "GET /version HTTP/9.9\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n",
        chunked + "zz\r\n", chunked + "-1\r\n", chunked + "FFFFFFFFFFFFFFFFF\r\n", chunked + "1\r\nab\r\n0\r\n\r\n",
        chunked + "1 \r\na\r\n0\r\n\r\n", chunked + "0\r\n" + String(repeating: "X: y\r\n", count: 20_000) + "\r\n",
        "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 20_000) + "\r\n",
        "GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 200_000) + "\r\n\r\n",
        "GET /" + String(repeating: "b", count: 200_000) + " HTTP/1.1\r\n\r\n",
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
            if let answer = try? connection.answer() {
                #expect((400..<500).contains(answer.status), "\(text.prefix(200))")
                #expect(answer.json?["status"]?.string == "failure")
                #expect(answer.headers["connection"] == "close")
            }
            #expect(throws: HTTPConnection.Ended.self, "\(text.prefix(200))") { try connection.answer() }
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
        }
        try expectServing(server, workers)
        for (connection, part) in connections {
            if part.contains("Expect") { #expect(try connection.answer().status == 100) }
            if !part.isEmpty { #expect(try connection.answer().status == 408, "\(part)") }
            #expect(throws: HTTPConnection.Ended.self) { try connection.answer() }
        }
        let idle = try HTTPConnection(port: server.port)
        try idle.send(Self.next)
        #expect(try idle.answer().status == 200)
        #expect(throws: HTTPConnection.Ended.self) { try idle.answer() }
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
            #expect(try connection.answer().status == 200)
        }
    }

    @Test("more connections and messages than the limits allow")
    func limits() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(
            ["--enable-api", "--max-connections", "20", "--max-waiting-messages", "2", "--max-body-size", "1000"],
            workers: 2, redis: redis)
        let workers = server.workers
        let connections = try (0..<30).map { _ in try HTTPConnection(port: server.port) }
        let message = #"{"sender": "crowd", "message": "hello"}"#
        for connection in connections { try connection.request("POST", "/webhooks/rest/webhook", message) }
        var statuses: [Int: Int] = [:]
        for connection in connections {
            let answer = try connection.answer()
            statuses[answer.status, default: 0] += 1
            if answer.status == 503 {
                #expect(answer.headers["retry-after"] == "1")
                #expect(answer.json?["reason"]?.string == "TooManyWaiting")
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
