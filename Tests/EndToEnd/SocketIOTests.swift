import EndToEndSupport
import JSON
import TestSupport
import Testing

@Suite("Socket.IO", .ownThread)
struct SocketIOTests {
    /// One request on a connection of its own, so that it may reach any worker.
    private func ask(_ server: ParleyServer, _ method: String, _ query: String, _ body: String = "") throws
        -> HTTPResponse
    {
        let connection = try HTTPConnection(port: server.port)
        try connection.request(method, "/socket.io/?EIO=4&transport=polling\(query)", body)
        return try connection.response()
    }

    @Test("A client that polls gets its packets from whatever worker its requests reach", arguments: [1, 2])
    func polling(workers: Int) throws {
        let redis = workers > 1 ? try RedisServer() : nil
        let server = try ParleyServer(
            workers: workers, redis: redis, credentials: "socketio:\n  session_persistence: true\n")
        for _ in 1...4 {
            let opening = try ask(server, "GET", "")
            let session = try #require(try JSON(parsing: Array(opening.text.dropFirst().utf8))["sid"]?.string)
            let query = "&sid=\(session)"
            #expect(try ask(server, "POST", query, "40").text == "OK")
            #expect(try ask(server, "GET", query).text.hasPrefix("40{\"sid\":"))
            #expect(try ask(server, "POST", query, #"42["session_request",{"session_id":"me"}]"#).status == 200)
            #expect(try ask(server, "GET", query).text == #"42["session_confirm","me"]"#)
            let said = #"42["user_uttered",{"message":"hello","session_id":"me"}]"#
            #expect(try ask(server, "POST", query, said).status == 200)
            #expect(try ask(server, "GET", query).text.hasPrefix(#"42["bot_uttered",{"text":"#))
            #expect(try ask(server, "POST", query, "1").status == 200)
            #expect(try ask(server, "GET", query).status == 400)
        }
    }
}
