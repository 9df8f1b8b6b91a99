import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPServer

@Suite("A connection")
struct ConnectionTests {
    private func respond(_ body: String, _ more: String = "") -> String {
        "HTTP/1.1 200 OK\ncontent-length: \(body.utf8.count)\ncontent-type: text/plain; charset=utf-8\n\(more)\n\(body)"
    }

    @Test("answers requests one after the other", arguments: ["/now", "/later"])
    func keepAlive(path: String) throws {
        let connection = try TestConnection()
        for _ in 0..<3 {
            #expect(try connection.send("GET \(path) HTTP/1.1\r\nhost: a\r\n\r\n") == respond("GET \(path) "))
        }
        #expect(connection.isOpen)
    }

    @Test("answers pipelined requests in order, those with and without waiting")
    func pipelining() throws {
        let connection = try TestConnection()
        let requests = ["/later", "/now", "/now/2", "/later/2", "/now/3"]
        let text = requests.map { "GET \($0) HTTP/1.1\r\nhost: a\r\n\r\n" }.joined()
        #expect(try connection.send(text) == requests.map { respond("GET \($0) ") }.joined())
    }

    @Test("answers thousands of requests that came with one read")
    func manyPipelined() throws {
        let connection = try TestConnection()
        let text = String(repeating: "GET /now HTTP/1.1\r\nhost: a\r\n\r\n", count: 5000)
        let responses = try connection.send("GET /later HTTP/1.1\r\nhost: a\r\n\r\n" + text)
        #expect(responses.split(separator: "HTTP/1.1 200 OK").count == 5001)
    }

    @Test("takes requests in pieces of any size", arguments: [1, 2, 7, 33])
    func pieces(size: Int) throws {
        let connection = try TestConnection()
        let text = "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        var responses = ""
        for piece in stride(from: 0, to: text.utf8.count, by: size) {
            responses += try connection.send(bytes: Array(text.utf8.dropFirst(piece).prefix(size)))
        }
        #expect(responses == respond("POST /now hello"))
    }

    @Test("takes chunked bodies")
    func chunked() throws {
        let connection = try TestConnection()
        let text =
            "POST /now HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
        #expect(try connection.send(text + text) == respond("POST /now abcde") + respond("POST /now abcde"))
    }

    @Test("speaks HTTP/1.0, and keeps such a connection only when asked")
    func oldClients() throws {
        let closing = try TestConnection()
        #expect(try closing.send("GET /now HTTP/1.0\r\n\r\n") == respond("GET /now ", "connection: close\n"))
        let staying = try TestConnection()
        let request = "GET /later HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
        #expect(try staying.send(request) == respond("GET /later ", "connection: keep-alive\n"))
        #expect(try staying.send(request) == respond("GET /later ", "connection: keep-alive\n"))
    }

    @Test("ends when the client asks, and reads no further request")
    func connectionClose() throws {
        let connection = try TestConnection()
        let text = "GET /now HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nGET /now/2 HTTP/1.1\r\nhost: a\r\n\r\n"
        #expect(try connection.send(text) == respond("GET /now ", "connection: close\n"))
    }

    @Test("leaves out the body for HEAD")
    func head() throws {
        let connection = try TestConnection()
        let expected = "HTTP/1.1 200 OK\ncontent-length: 10\ncontent-type: text/plain; charset=utf-8\n\n"
        #expect(try connection.send("HEAD /now HTTP/1.1\r\nhost: a\r\n\r\n") == expected)
        #expect(try connection.send("GET /now HTTP/1.1\r\nhost: a\r\n\r\n") == respond("GET /now "))
    }

    @Test("permits a body to those that wait for it")
    func permission() throws {
        let connection = try TestConnection()
        let head = "POST /now HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
        #expect(try connection.send(head) == "HTTP/1.1 100 Continue\n\n")
        #expect(try connection.send("ab") == respond("POST /now ab"))
    }

    @Test("answers unknown methods like others, and ends")
    func unknownMethod() throws {
        let connection = try TestConnection()
        #expect(
            try connection.send("BREW /now HTTP/1.1\r\nhost: a\r\n\r\n") == respond("BREW /now ", "connection: close\n")
        )
    }

    @Test(
        "needs a host that could be one, but for clients of HTTP/1.0",
        arguments: ["host: a:80", "host: ", "host: [::1]:5005", "host: a_b.c%20", "HOST: a \t"])
    func hosts(field: String) throws {
        let connection = try TestConnection()
        #expect(try connection.send("GET /now HTTP/1.1\r\n\(field)\r\n\r\n") == respond("GET /now "))
        #expect(try connection.send("GET /now HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
    }

    @Test(
        "refuses what it cannot or will not read",
        arguments: [
            ("NONSENSE\r\n\r\n", 400, "BadRequest"), ("\u{16}\u{3}\u{1}\u{0}\u{1}", 400, "BadRequest"),
            ("GET /now HTTP/2.0\r\n\r\n", 400, "BadRequest"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400, "BadRequest"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc", 400, "BadRequest"),
            (
                "POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                400,
                "BadRequest"
            ),
            ("POST /now HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nbad header: a\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a\r\nb: c\r\n d\r\n\r\n", 400, "BadRequest"),
            (
                "POST /now HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
                "BadRequest"
            ),
            ("POST /now HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\n\r\n", 400, "BadRequest"), ("GET http://a/now HTTP/1.1\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a b\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a/b\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a@b\r\n\r\n", 400, "BadRequest"),
            ("GET /now HTTP/1.1\r\nhost: a, b\r\n\r\n", 400, "BadRequest"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 101\r\n\r\n", 413, "ContentTooLarge"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 9223372036854775808\r\n\r\n", 413, "ContentTooLarge"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551615\r\n\r\n", 413, "ContentTooLarge"),
            ("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 18446744073709551616\r\n\r\n", 400, "BadRequest"),
            (
                "POST /now HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n65\r\n"
                    + String(repeating: "x", count: 101), 413, "ContentTooLarge"
            ),
            ("POST /now HTTP/1.1\r\nhost: a\r\nexpect: magic\r\n\r\n", 417, "ExpectationFailed"),
            ("GET /" + String(repeating: "x", count: 1001) + " HTTP/1.1\r\n\r\n", 431, "HeadersTooLarge"),
            ("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 11) + "\r\n", 431, "HeadersTooLarge"),
        ])
    func refusals(text: String, status: Int, reason: String) throws {
        var limits = ServerLimits()
        limits.maxBodyBytes = 100
        limits.maxHeaderBytes = 1000
        limits.maxHeaders = 10
        let connection = try TestConnection(limits: limits)
        let response = try connection.send(text)
        #expect(response.hasPrefix("HTTP/1.1 \(status) "))
        #expect(response.contains("connection: close\n"))
        #expect(response.contains(#""status":"failure""#))
        #expect(response.contains("\"reason\":\"\(reason)\""))
        #expect(try connection.send("GET /now HTTP/1.1\r\nhost: a\r\n\r\n").isEmpty)
    }

    @Test("refuses bodies for which there is no room, until others are answered")
    func room() throws {
        var limits = ServerLimits()
        limits.maxBufferedBodyBytes = 10
        let first = try TestConnection(limits: limits)
        let head = "POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\n"
        for _ in 0..<3 { #expect(try first.send(head + "abcdef") == respond("POST /now abcdef")) }
        #expect(first.core.bufferedBodyBytes == 0)
        #expect(first.core.hold(5))
        let refused = try first.send(head + "abcdef")
        #expect(refused.hasPrefix("HTTP/1.1 503 "))
        #expect(refused.contains("retry-after: 1\n"))
        #expect(first.core.bufferedBodyBytes == 5)
    }

    @Test("counts a body no longer when its client has left")
    func leftBodies() throws {
        let connection = try TestConnection()
        #expect(try connection.send("POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabc").isEmpty)
        #expect(connection.core.bufferedBodyBytes == 3)
        connection.channel.close(promise: nil)
        connection.loop.run()
        #expect(connection.core.bufferedBodyBytes == 0)
    }

    @Test("counts a body until its task has ended, though its client has left")
    func bodiesOfTasks() throws {
        let responder = Patient()
        let connection = try TestConnection(responder: responder)
        #expect(try connection.send("POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\nabcdef").isEmpty)
        #expect(connection.core.bufferedBodyBytes == 6)
        connection.channel.close(promise: nil)
        connection.loop.run()
        #expect(connection.core.bufferedBodyBytes == 6)
        responder.end()
        connection.loop.run()
        #expect(connection.core.bufferedBodyBytes == 0)
        #expect(connection.core.tasks == 0)
    }

    @Test("counts a large answer until its client has it, and gives none where there is no room")
    func largeResponses() throws {
        var limits = ServerLimits()
        limits.maxBufferedBodyBytes = 100_000
        let connection = try TestConnection(limits: limits)
        let body = String(repeating: "x", count: 70_000)
        let request = "POST /now HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\n\(body)"
        #expect(try connection.send(request).hasPrefix("HTTP/1.1 200 "))
        #expect(connection.core.bufferedBodyBytes == 0)
        #expect(connection.core.hold(30_000))
        #expect(try connection.send(request).hasPrefix("HTTP/1.1 503 "))
        #expect(connection.core.bufferedBodyBytes == 30_000)
    }

    @Test("refuses requests beyond those that may be answered at a time, and those answered at once never")
    func inFlight() throws {
        var limits = ServerLimits()
        limits.requestsInFlight = 0
        let connection = try TestConnection(limits: limits)
        let refused = try connection.send("GET /later HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 503 "))
        #expect(refused.contains("retry-after: 1\n"))
        #expect(try connection.send("GET /now HTTP/1.1\r\nhost: a\r\n\r\n") == respond("GET /now "))
    }

    @Test("answers the requests before a broken one")
    func brokenAfterGood() throws {
        let connection = try TestConnection()
        let responses = try connection.send("GET /later HTTP/1.1\r\nhost: a\r\n\r\n\u{1}\u{2}\r\n\r\n")
        #expect(responses.hasPrefix(respond("GET /later ")))
        #expect(responses.contains("HTTP/1.1 400 Bad Request"))
    }

    @Test("answers all that came before the client closed its side")
    func halfClosed() throws {
        let connection = try TestConnection()
        connection.channel.pipeline.fireChannelRead(
            ByteBuffer(string: "GET /later HTTP/1.1\r\nhost: a\r\n\r\nGET /later/2 HTTP/1.1\r\nhost: a\r\n\r\n"))
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        connection.channel.pipeline.fireChannelReadComplete()
        connection.loop.run()
        #expect(try connection.received() == respond("GET /later ") + respond("GET /later/2 "))
        #expect(!connection.isOpen)
    }

    @Test("takes no more than one read's worth of requests while one is being answered")
    func backPressure() throws {
        let reads = Reads()
        let connection = try TestConnection()
        try connection.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        let request = "GET /later HTTP/1.1\r\nhost: a\r\n\r\n"
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: request))
        connection.channel.pipeline.read()
        #expect(reads.count == 1)
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: request))
        connection.channel.pipeline.read()
        #expect(reads.count == 1)
        connection.loop.run()
        #expect(reads.count == 2)
        #expect(try connection.received() == respond("GET /later ") + respond("GET /later "))
    }

    @Test("sends streams as they are made, in chunks")
    func streams() throws {
        let connection = try TestConnection()
        let head = "HTTP/1.1 200 OK\ntransfer-encoding: chunked\ncontent-type: text/event-stream\n\n"
        let response = try connection.send("POST /stream HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(response == head + "4\none\n\n4\ntwo\n\n0\n\n")
        #expect(try connection.send("GET /now HTTP/1.1\r\nhost: a\r\n\r\n") == self.respond("GET /now "))
    }

    @Test("ends streams for old clients by the end of the connection")
    func oldStreams() throws {
        let connection = try TestConnection()
        let head = "HTTP/1.1 200 OK\ncontent-type: text/event-stream\nconnection: close\n\n"
        let request = "POST /stream HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
        #expect(try connection.send(request) == head + "one\ntwo\n")
    }

    @Test("answers a stream that fails before its first byte by its error, and breaks off one that fails later")
    func failingStreams() throws {
        let connection = try TestConnection()
        #expect(
            try connection.send("POST /stream/fails HTTP/1.1\r\nhost: a\r\n\r\n").hasPrefix("HTTP/1.1 409 Conflict\n"))
        #expect(
            try connection.send("POST /stream/empty HTTP/1.1\r\nhost: a\r\n\r\n")
                == "HTTP/1.1 200 OK\ncontent-length: 0\ncontent-type: text/event-stream\n\n")
        let broken = try connection.send("POST /stream/breaks HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(broken.hasSuffix("4\none\n\n"))
        #expect(!connection.isOpen)
    }

    @Test("closes when nothing comes, complains when a request does not end")
    func slowClients() throws {
        var limits = ServerLimits()
        limits.requestTimeout = .seconds(3)
        let silent = try TestConnection(limits: limits)
        #expect(try silent.pass(.seconds(4)).isEmpty)
        #expect(!silent.isOpen)
        let slow = try TestConnection(limits: limits)
        _ = try slow.pass(.seconds(2))
        _ = try slow.send("GET / HT")
        #expect(try slow.pass(.seconds(2)).isEmpty)
        #expect(try slow.pass(.seconds(2)).hasPrefix("HTTP/1.1 408 Request Timeout\n"))
    }

    @Test("gives up answers that take too long, and cancels their tasks")
    func slowResponses() throws {
        var limits = ServerLimits()
        limits.responseTimeout = .seconds(3)
        let stuck = Stuck()
        let connection = try TestConnection(limits: limits, responder: stuck)
        #expect(try connection.send("GET /a HTTP/1.1\r\nhost: a\r\n\r\n").isEmpty)
        #expect(connection.core.tasks == 1)
        #expect(try connection.pass(.seconds(4)).hasPrefix("HTTP/1.1 503 Service Unavailable\n"))
        connection.loop.run()
        #expect(connection.core.tasks == 0)
        #expect(try connection.received().isEmpty)
    }

    @Test("lets a request run to its end when the client leaves")
    func leavingClients() throws {
        let connection = try TestConnection(responder: Echo())
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: "GET /stream HTTP/1.1\r\nhost: a\r\n\r\n"))
        #expect(connection.core.tasks == 1)
        connection.channel.pipeline.close(promise: nil)
        connection.loop.run()
        #expect(connection.core.tasks == 0)
        #expect(connection.core.connectionCount == 0)
    }

    @Test("drains: answers what is under way and what still comes with a last response; ends what is idle at its end")
    func draining() throws {
        let connection = try TestConnection()
        connection.channel.pipeline.fireChannelRead(ByteBuffer(string: "GET /later HTTP/1.1\r\nhost: a\r\n\r\n"))
        connection.core.drain()
        connection.loop.run()
        #expect(try connection.received() == respond("GET /later ", "connection: close\n"))
        let idle = try TestConnection()
        #expect(try idle.send("GET /now HTTP/1.1\r\nhost: a\r\n\r\n") == respond("GET /now "))
        idle.core.drain()
        #expect(idle.isOpen)
        idle.core.end()
        #expect(!idle.isOpen)
        let late = try TestConnection()
        late.core.drain()
        late.channel.pipeline.fireChannelRead(ByteBuffer(string: "GET /later HTTP/1.1\r\nhost: a\r\n\r\n"))
        late.loop.run()
        #expect(try late.received() == respond("GET /later ", "connection: close\n"))
        let young = try TestConnection()
        young.core.end()
        let response = try young.send("GET /later HTTP/1.1\r\nhost: a\r\n\r\n")
        #expect(response == respond("GET /later ", "connection: close\n"))
        let silent = try TestConnection()
        silent.core.end()
        #expect(try silent.pass(.seconds(3)).isEmpty)
        #expect(!silent.isOpen)
    }

    @Test("does not let header values break out")
    func injection() throws {
        var buffer = ByteBuffer()
        buffer.writeHead(
            of: HTTPResponse(status: .ok, fields: [HTTPField("x", "a\r\nset-cookie: b")]), framing: .length(0),
            isLast: false, isHTTP10: false, date: [])
        #expect(String(buffer: buffer).contains("x: a  set-cookie: b\r\n"))
    }
}

/// Counts how often the socket would be read.
private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var count = 0

    func read(context: ChannelHandlerContext) { count += 1 }
}

/// Never answers, but ends when it is cancelled.
private struct Stuck: Responder {
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        return .text("late")
    }
}

/// Answers when it is told to.
private final class Patient: Responder {
    private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        await withCheckedContinuation { continuation in waiting.withLock { $0 = continuation } }
        return .text("")
    }

    func end() { waiting.withLock { $0.take() }?.resume() }
}
