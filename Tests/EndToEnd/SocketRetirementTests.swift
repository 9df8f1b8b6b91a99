import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

/// A message that crosses the server's word to connect again is answered, on the next connection of its conversation.
@Suite("Clients of Socket.IO lose nothing when workers retire", .ownThread)
struct SocketRetirementTests {
    private static let credentials = "socketio:\n  session_persistence: true\n"
    private static let request = #"42["session_request",{"session_id":"me"}]"#
    private static let confirmation = #"42["session_confirm","me"]"#
    private static let message = #"42["user_uttered",{"message":"hello","session_id":"me"}]"#
    private static let reply = #"42["bot_uttered",{"text":"#

    private func server() throws -> ParleyServer {
        try ParleyServer(workers: 2, redis: try RedisServer(), credentials: Self.credentials)
    }

    // MARK: WebSocket

    /// A frame with a short text, as a client sends it.
    private func frame(_ text: String) -> [UInt8] {
        let payload = Array(text.utf8)
        return [0x81, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    /// A WebSocket that has joined its conversation.
    private func socket(_ server: ParleyServer) throws -> HTTPConnection {
        let connection = try HTTPConnection(port: server.port)
        try connection.request(
            "GET", "/socket.io/?EIO=4&transport=websocket",
            headers: [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ])
        #expect(try connection.response().status == 101)
        #expect(try text(connection).hasPrefix("0"))
        try connection.send(frame("40"))
        #expect(try text(connection).hasPrefix("40{"))
        try connection.send(frame(Self.request))
        #expect(try text(connection) == Self.confirmation)
        return connection
    }

    /// The next text but pings.
    private func text(_ connection: HTTPConnection) throws -> String {
        while true {
            let frame = try connection.frame()
            guard frame.opcode == 1 else { throw TestFailure("a frame of kind \(frame.opcode) instead of a text") }
            if frame.payload != Array("2".utf8) { return String(decoding: frame.payload, as: UTF8.self) }
        }
    }

    @Test("over a WebSocket, which is closed because the worker goes away", arguments: [SIGHUP, SIGTERM])
    func webSocket(signal: Int32) throws {
        let server = try server()
        let first = try socket(server)
        server.process.signal(signal)
        var closing = try first.frame()
        while closing == (1, Array("2".utf8)) { closing = try first.frame() }
        #expect(closing == (8, [0x03, 0xE9]))
        try first.send(frame(Self.message))
        if signal == SIGTERM {
            // Nobody takes the place of the workers: they do not end before the turn.
            try first.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9])
            #expect(try server.process.ending().status == 0)
        } else {
            #expect(try text(try socket(server)).hasPrefix(Self.reply))
        }
    }

    // MARK: Polling

    /// One request on a connection of its own, so that it may reach any worker.
    private func ask(_ server: ParleyServer, _ method: String, _ query: String, _ body: String = "") throws
        -> HTTPResponse
    {
        let connection = try HTTPConnection(port: server.port)
        try connection.request(method, "/socket.io/?EIO=4&transport=polling\(query)", body)
        return try connection.response()
    }

    /// The next packet of a session but pings.
    private func packets(_ server: ParleyServer, _ query: String) throws -> String {
        while true {
            let response = try ask(server, "GET", query)
            try #require(response.status == 200, "\(response.text)")
            if response.text != "2" { return response.text }
        }
    }

    /// A session that polls and has joined its conversation.
    private func session(_ server: ParleyServer) throws -> String {
        let opening = try ask(server, "GET", "")
        let session = try #require(try JSON(parsing: Array(opening.text.dropFirst().utf8))["sid"]?.string)
        let query = "&sid=\(session)"
        #expect(try ask(server, "POST", query, "40").status == 200)
        #expect(try packets(server, query).hasPrefix("40{"))
        #expect(try ask(server, "POST", query, Self.request).status == 200)
        return query
    }

    @Test("over polling, where workers are killed and others go on with their sessions")
    func killed() throws {
        let server = try server()
        let query = try session(server)
        #expect(try packets(server, query) == Self.confirmation)
        for worker in server.workers { kill(worker, SIGKILL) }
        // Of a worker that was asked while it died nobody knows what it has done, and the client is told so. Once it is
        // gone the message is taken.
        #expect(try eventually { try ask(server, "POST", query, Self.message).status == 200 })
        let poll = try ask(server, "GET", query)
        #expect(poll.status == 400 && poll.text.contains("connect again"))
        let next = try session(server)
        var heard = ""
        while !heard.contains(Self.reply) { heard += try packets(server, next) }
        #expect(heard.hasPrefix(Self.confirmation))
        // What has ended is known no more.
        #expect(try ask(server, "POST", next, "1").status == 200)
        #expect(try ask(server, "POST", next, Self.message).status == 400)
    }

    @Test("over polling, where the next poll says so")
    func polling() throws {
        let server = try server()
        let query = try session(server)
        #expect(try packets(server, query) == Self.confirmation)
        server.process.signal(SIGHUP)
        var poll = try ask(server, "GET", query)
        while poll.status == 200 { poll = try ask(server, "GET", query) }
        #expect(poll.status == 400 && poll.text.contains("connect again"))
        #expect(try ask(server, "POST", query, Self.message).status == 200)
        let next = try session(server)
        var heard = ""
        while !heard.contains(Self.reply) { heard += try packets(server, next) }
        #expect(heard.hasPrefix(Self.confirmation))
    }
}
