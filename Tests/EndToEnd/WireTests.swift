import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("HTTP on the wire", .ownThread)
struct WireTests {
    private let message = #"{"sender": "wire", "message": "hello"}"#

    @Test("chunked bodies, whatever their content type")
    func chunked() throws {
        let server = try ParleyServer()
        let connection = try HTTPConnection(port: server.port)
        try connection.send(
            "POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        let half = message.utf8.count / 2
        for part in [String(message.prefix(half)), String(message.dropFirst(half))] {
            try connection.send(String(part.utf8.count, radix: 16) + "\r\n" + part + "\r\n")
        }
        try connection.send("0\r\n\r\n")
        let response = try connection.response()
        #expect(response.status == 200)
        #expect(response.json?.array?.isEmpty == false)
    }

    @Test("Expect: 100-continue is answered before the body comes")
    func expectContinue() throws {
        let server = try ParleyServer()
        let connection = try HTTPConnection(port: server.port)
        try connection.send(
            "POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + "Content-Length: \(message.utf8.count)\r\n\r\n")
        #expect(try connection.response().status == 100)
        try connection.send(message)
        #expect(try connection.response().status == 200)
    }

    @Test("pipelined requests are answered in order on one connection")
    func pipelining() throws {
        let server = try ParleyServer()
        let connection = try HTTPConnection(port: server.port)
        for _ in 0..<5 {
            try connection.request("POST", "/webhooks/rest/webhook", message)
            try connection.request("GET", "/version")
        }
        for _ in 0..<5 {
            #expect(try connection.response().json?.array?.isEmpty == false)
            #expect(try connection.response().json?["version"]?.string == "3.6.21")
        }
    }

    @Test("stream=true sends each reply on a line of its own")
    func stream() throws {
        let server = try ParleyServer()
        _ = try server.say("hello", as: "streamer")
        let response = try server.call(
            "POST", "/webhooks/rest/webhook?stream=true", #"{"sender": "streamer", "message": "/deny"}"#)
        #expect(response.headers["content-type"]?.hasPrefix("text/event-stream") == true)
        #expect(response.text.split(separator: "\n").count == 2)
    }

    @Test("a request that is no HTTP ends its connection and nothing else")
    func garbage() throws {
        let server = try ParleyServer()
        let connection = try HTTPConnection(port: server.port)
        try connection.send("\u{1}\u{2}\u{3} garbage\r\n\r\n")
        _ = try? connection.response()
        #expect(try server.call("GET", "/").status == 200)
    }

    @Test("a wrong token is refused, a right one is not")
    func token() throws {
        let server = try ParleyServer(["--enable-api", "--auth-token", "open sesame"])
        #expect(try server.call("GET", "/status").status == 401)
        #expect(try server.call("GET", "/status?token=wrong").status == 401)
        #expect(try server.call("GET", "/status?token=open%20sesame").status == 200)
        #expect(!server.process.lines.contains { $0.contains("sesame") })
    }

    @Test("secrets of the command line are shown nowhere")
    func secrets() throws {
        let server = try ParleyServer(
            ["--enable-api", "-topen sesame", "--jwt-secret=hush hush", "--jwt-private-key", "my-key"],
            environment: ["LOG_LEVEL": "DEBUG"])
        #expect(try server.call("GET", "/status?token=open%20sesame").status == 200)
        #expect(try server.call("GET", "/status", headers: ["Authorization: Token open sesame"]).status == 200)
        #expect(try server.call("GET", "/status", headers: ["Authorization: Bearer a.b.c"]).status == 401)
        let commands = try ([server.process.pid] + server.workers).flatMap { pid in
            try ["cmdline", "comm"].map { try String(contentsOfFile: "/proc/\(pid)/\($0)", encoding: .utf8) }
        }
        for secret in ["sesame", "hush", "my-key"] {
            #expect(!server.process.lines.contains { $0.contains(secret) })
            #expect(!commands.contains { $0.contains(secret) })
        }
    }
}
