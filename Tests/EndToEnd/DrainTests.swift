import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A server that ends loses no request", .ownThread)
struct DrainTests {
    /// A connection that is idle after its first response.
    private func idleConnection(to server: ParleyServer) throws -> HTTPConnection {
        let connection = try HTTPConnection(port: server.port)
        try connection.request("GET", "/")
        let response = try connection.response()
        #expect(response.status == 200)
        #expect(response.headers["connection"] == nil)
        return connection
    }

    private func ended(_ connection: HTTPConnection) -> Bool {
        do {
            _ = try connection.response()
            return false
        } catch { return error is HTTPConnection.Ended }
    }

    @Test("idle connections stay open for the drain delay, and the next response says that it is the last")
    func keepAlive() throws {
        let server = try ParleyServer(["--enable-api", "--drain-delay", "3600"])
        let idle = try (0..<4).map { _ in try idleConnection(to: server) }
        server.process.signal(SIGTERM)
        _ = try server.process.awaitLine { $0.contains("Stopping") ? $0 : nil }
        // Until the worker knows, it may answer as before; then every connection gets a last response.
        let first = try eventuallyLast(on: server)
        #expect(first.status == 200)
        for connection in idle {
            try connection.request("GET", "/")
            let response = try connection.response()
            #expect(response.status == 200)
            #expect(response.headers["connection"] == "close")
            #expect(ended(connection))
        }
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
    }

    /// The first response on a new connection that says that it is the last.
    private func eventuallyLast(on server: ParleyServer) throws -> HTTPResponse {
        while true {
            let response = try server.call("GET", "/")
            if response.headers["connection"] == "close" { return response }
        }
    }

    @Test(
        "in a cluster the drain delay is there by itself; variable and flag decide before that",
        arguments: [
            (["KUBERNETES_SERVICE_HOST": "10.0.0.1"], [], "18.0 seconds"),
            (["KUBERNETES_SERVICE_HOST": "10.0.0.1", "PARLEY_DRAIN_DELAY": "2"], [], "17.0 seconds"),
            (["PARLEY_DRAIN_DELAY": "2"], ["--drain-delay", "1"], "16.0 seconds"),
            ([:], [], "15.0 seconds"),
        ])
    func drainDelay(environment: [String: String], flags: [String], patience: String) throws {
        let server = try ParleyServer(["--enable-api"] + flags, environment: environment)
        server.process.signal(SIGTERM)
        let line = try server.process.awaitLine { $0.contains("Stopping") ? $0 : nil }
        #expect(try JSON(parsing: Array(line.utf8))["grace_period"]?.string == patience)
        #expect(try server.process.ending().status == 0)
    }

    @Test("a request of which only a part has come does not hold up the end")
    func halfSent() throws {
        let server = try ParleyServer(["--enable-api", "--grace-period", "3600"])
        let head = try HTTPConnection(port: server.port)
        try head.send("POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\n")
        let body = try HTTPConnection(port: server.port)
        try body.send("POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        #expect(try server.call("GET", "/").status == 200)
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
        #expect(try head.response().status == 408)
        #expect(try body.response().status == 408)
    }

    @Test("messages that wait for their conversation are answered or refused when the grace period ends")
    func waitingMessages() throws {
        let gate = try HTTPStub { _ in .silence }
        let server = try ParleyServer(
            ["--enable-api", "--grace-period", "2"], stub: gate,
            endpoints: "nlg:\n  url: http://127.0.0.1:\(gate.port)/\n")
        let connections = try (0..<3).map { _ in try HTTPConnection(port: server.port) }
        for connection in connections {
            try connection.request(
                "POST", "/webhooks/rest/webhook", #"{"sender": "guest", "message": "hello"}"#)
        }
        #expect(eventually { !gate.requests.isEmpty })
        server.process.signal(SIGTERM)
        for connection in connections {
            let response = try connection.response()
            #expect(response.status == 503)
            #expect(response.headers["retry-after"] != nil)
        }
        #expect(try server.process.ending().status == 0)
    }

    @Test("a WebSocket gets a close frame, and a streamed response ends whole")
    func streams() throws {
        let (asked, released) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let responses = try HTTPStub { _ in
            asked.signal()
            released.wait()
            return .status(200, #"{"text": "from afar"}"#)
        }
        let server = try ParleyServer(
            ["--enable-api", "--grace-period", "3600"], stub: responses,
            endpoints: "nlg:\n  url: http://127.0.0.1:\(responses.port)/\n", credentials: "rest:\nsocketio:\n")
        let socket = try HTTPConnection(port: server.port)
        try socket.request(
            "GET", "/socket.io/?EIO=4&transport=websocket",
            headers: [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ])
        #expect(try socket.response().status == 101)
        #expect(try socket.frame().opcode == 1)
        let stream = try HTTPConnection(port: server.port)
        try stream.request(
            "POST", "/webhooks/rest/webhook?stream=true", #"{"sender": "guest", "message": "hello"}"#)
        asked.wait()
        server.process.signal(SIGTERM)
        var opcode: UInt8 = 0
        while opcode != 8 { opcode = try socket.frame().opcode }
        released.signal()
        let response = try stream.response()
        #expect(response.status == 200)
        #expect(response.text.contains("from afar"))
        #expect(try server.process.ending().status == 0)
    }

    @Test("INT ends the server now, and whoever waits is told so")
    func now() throws {
        let silent = try HTTPStub { _ in .silence }
        let server = try ParleyServer(
            ["--enable-api", "--grace-period", "3600"], stub: silent,
            endpoints: "nlg:\n  url: http://127.0.0.1:\(silent.port)/\n")
        let connection = try HTTPConnection(port: server.port)
        try connection.request("POST", "/webhooks/rest/webhook", #"{"sender": "guest", "message": "hello"}"#)
        #expect(eventually { !silent.requests.isEmpty })
        server.process.signal(SIGINT)
        #expect(try connection.response().status == 503)
        #expect(try server.process.ending().status == 0)
    }
}
