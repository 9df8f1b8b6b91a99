import EndToEndSupport
import JSON
import TestSupport
import Testing

@Suite("A WebSocket keeps to RFC 6455", .ownThread)
struct WebSocketTests {
    /// A frame as a client sends it.
    private static func frame(
        _ first: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true, length: [UInt8]? = nil
    ) -> [UInt8] {
        let size =
            length
            ?? (payload.count < 126
                ? [UInt8(payload.count)] : [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)])
        let key: [UInt8] = [1, 2, 3, 4]
        return [first, size[0] | (isMasked ? 0x80 : 0)] + size.dropFirst()
            + (isMasked ? key + payload.enumerated().map { $1 ^ key[$0 % 4] } : payload)
    }

    private static func text(_ text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }
    private static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }

    /// A connection that has become a WebSocket and has read the first packet of its session.
    private func open(_ server: ParleyServer) throws -> HTTPConnection {
        let connection = try HTTPConnection(port: server.port)
        try connection.request(
            "GET", "/socket.io/?EIO=4&transport=websocket",
            headers: [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ])
        #expect(try connection.response().status == 101)
        #expect(try connection.frame().opcode == 1)
        return connection
    }

    @Test("and says by its code what was wrong before it closes")
    func breaches() throws {
        let server = try ParleyServer(credentials: "socketio:\n")
        let broken: [(name: String, frames: [UInt8], code: Int)] = [
            ("unmasked", Self.frame(0x81, [0x32], isMasked: false), 1002),
            ("unmasked ping", Self.frame(0x89, isMasked: false), 1002),
            ("first reserved bit", Self.frame(0xC1, [0x32]), 1002),
            ("second reserved bit", Self.frame(0xA1, [0x32]), 1002),
            ("third reserved bit", Self.frame(0x91, [0x32]), 1002),
            ("reserved kind", Self.frame(0x83, [0x32]), 1002),
            ("reserved kind of control", Self.frame(0x8B), 1002),
            ("ping in parts", Self.frame(0x09), 1002),
            ("ping too long", Self.frame(0x89, [UInt8](repeating: 0, count: 126)), 1002),
            ("part of nothing", Self.frame(0x80, [0x32]), 1002),
            ("text within a text", Self.frame(0x01, [0x32]) + Self.frame(0x81, [0x32]), 1002),
            ("close of one byte", Self.frame(0x88, [3]), 1002),
            ("close by no code", Self.close(999), 1002),
            ("close by a code that is never sent", Self.close(1005), 1002),
            ("close by an unknown code", Self.close(2999), 1002),
            ("close for no text", Self.close(1000, [0xFF]), 1007),
            ("no UTF-8", Self.frame(0x81, [0x32, 0xFF]), 1007),
            ("half a surrogate", Self.frame(0x81, [0xED, 0xA0, 0x80]), 1007),
            ("no UTF-8 in parts", Self.frame(0x01, [0x32, 0xC3]) + Self.frame(0x80, [0x28]), 1007),
            ("too long", Self.frame(0x81, length: [127, 0, 0, 0, 0, 1, 0, 0, 0]), 1009),
        ]
        for (name, frames, code) in broken {
            let connection = try open(server)
            // What follows is read by nobody, and does not lose what the client is told.
            try connection.send(frames + Self.text("2") + [UInt8](repeating: 0x41, count: 100_000))
            let response = try connection.frame()
            #expect(response.opcode == 8 && response.payload == [UInt8(code >> 8), UInt8(code & 0xFF)], "\(name)")
            #expect(throws: HTTPConnection.Ended.self, "\(name)") { try connection.frame() }
        }
        let client = try open(server)
        try client.send(Self.frame(0x01, [0x32, 0xC3]) + Self.frame(0x89, [7]) + Self.frame(0x80, [0xA9]))
        #expect(try client.frame() == (10, [7]))
        #expect(try client.frame() == (1, Array("3é".utf8)))
        try client.send(Self.close(3000, Array("é".utf8)))
        #expect(try client.frame() == (8, [0x0B, 0xB8] + Array("é".utf8)))
        #expect(throws: HTTPConnection.Ended.self) { try client.frame() }
    }

    @Test("and begins with a key of sixteen bytes", arguments: ["", "x", "AAAA", "dGhlIHNhbXBsZSBub25jZQ"])
    func keys(key: String) throws {
        let server = try ParleyServer(credentials: "socketio:\n")
        let response = try server.call(
            "GET", "/socket.io/?EIO=4&transport=websocket",
            headers: [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
            ])
        #expect(response.status == 400)
    }
}
