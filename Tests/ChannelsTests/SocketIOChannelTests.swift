import Assistant
import Channels
import ConversationSupport
import Dialogue
import ExactText
import HTTPServer
import JSON
import NIOCore
import Testing

@testable import SocketIO

@Suite("The Socket.IO channel, over polling")
struct SocketIOChannelTests {
    /// A client that polls.
    private struct Client {
        let context: ChannelTestContext
        let channel: any Channels.Channel
        let query: String

        init(_ context: ChannelTestContext, _ lines: String = "{}", connects: Bool = true) async throws {
            self.context = context
            channel = try context.channel("socketio", lines)
            let opening = try await context.ask(channel, .get, "/socket.io/?EIO=4&transport=polling")
            let session = try #require(try JSON(parsing: Array(opening.text.dropFirst().utf8))["sid"]?.string)
            query = "/socket.io/?EIO=4&transport=polling&sid=\(session)"
            guard connects else { return }
            _ = try await post("40")
            #expect(try await get().hasPrefix("40{\"sid\":"))
        }

        func post(_ body: String) async throws -> Int {
            try await context.ask(channel, .post, query, body, fields: [("content-type", "text/plain")]).status
        }

        /// What comes next. On a slow machine the server asks for a sign of life in between.
        func get(_ more: String = "") async throws -> String {
            var packets: [Substring] = []
            while packets.isEmpty {
                packets = try await context.ask(channel, .get, query + more).text
                    .exact.split(separator: EnginePacket.separator).filter { $0 != EnginePacket.ping }
            }
            return packets.joined(separator: String(EnginePacket.separator))
        }

        /// Says something and returns what is heard until the response to a session request after it.
        func receive(after bodies: String...) async throws -> [String] {
            for body in bodies { #expect(try await post(body) == 200) }
            await context.context.background.finish(within: .seconds(5))
            #expect(try await post(#"42["session_request",{"session_id":"end"}]"#) == 200)
            let packets = try await get().exact.split(separator: EnginePacket.separator).map(String.init)
            #expect(packets.last == #"42["session_confirm","end"]"#)
            return packets.dropLast()
        }
    }

    @Test("replies go to the socket; who asks for it hears that the turn is over")
    func messages() async throws {
        try await withContext { context in
            let client = try await Client(context)
            let heard = try await client.receive(after: #"427["user_uttered",{"message":"hi","metadata":"{\"a\":1}"}]"#)
            #expect(heard == [#"42["bot_uttered",{"text":"hello"}]"#, "437[]"])
            #expect(context.service.messages.first?.metadata == ["a": 1])
        }
    }

    @Test(
        "what is no message is ignored without a word",
        arguments: [#""text""#, "null", "[]", #"{"message":5}"#, #"{"message":null}"#])
    func noMessage(data: String) async throws {
        try await withContext { context in
            let client = try await Client(context)
            #expect(try await client.receive(after: #"421["user_uttered",\#(data)]"#).isEmpty)
            #expect(context.service.messages.isEmpty)
        }
    }

    @Test("a socket that leaves may come back in the same session")
    func leaving() async throws {
        try await withContext { context in
            let client = try await Client(context)
            #expect(try await client.post("41") == 200)
            #expect(try await client.post(#"42["user_uttered",{"message":"hi"}]"#) == 200)
            #expect(try await client.post("40") == 200)
            #expect(try await client.get().hasPrefix("40{\"sid\":"))
            #expect(try await client.receive(after: "40") == [#"44"Unable to connect""#])
            #expect(context.service.messages.isEmpty)
        }
    }

    @Test("only the namespace of the credentials is there")
    func namespace() async throws {
        try await withContext { context in
            let client = try await Client(context, "{namespace: /chat}", connects: false)
            _ = try await client.post("40")
            #expect(try await client.get() == #"44"Unable to connect""#)
            _ = try await client.post("40/chat,")
            #expect(try await client.get().hasPrefix("40/chat,{\"sid\":"))
            #expect(try await client.post(#"42/chat,["user_uttered",{"message":"hi"}]"#) == 200)
            #expect(try await client.get() == #"42/chat,["bot_uttered",{"text":"hello"}]"#)
        }
    }

    @Test("pages that fetch nothing but scripts are sent")
    func scripts() async throws {
        try await withContext { context in
            let client = try await Client(context)
            #expect(try await client.post("d=42%5B%22session_request%22%2C%7B%22session_id%22%3A%22me%22%7D%5D") == 200)
            #expect(try await client.get("&j=3") == #"___eio[3]("42[\"session_confirm\",\"me\"]");"#)
            #expect(
                try await client.receive(after: #"42["session_request",{"session_id":"a&d=b"}]"#)
                    == [#"42["session_confirm","a&d=b"]"#])
        }
    }

    @Test("what a client has kept while it was away comes at once; more than anybody keeps is refused")
    func manyPackets() async throws {
        try await withContext { context in
            let client = try await Client(context)
            let kept = Array(repeating: #"42["user_uttered",{"message":"hi"}]"#, count: 40)
            #expect(try await client.receive(after: EnginePacket.body(kept)).count == 40)
            let flood = Array(repeating: "3", count: EnginePacket.maxPackets + 1)
            #expect(try await client.post(EnginePacket.body(flood)) == 400)
        }
    }

    @Test("a client that asks for ever more rooms does not get them")
    func rooms() async throws {
        try await withContext { context in
            let hub = EngineHub(context.context)
            let count = try await context.context.loop.submit {
                let session = try #require(hub.open())
                for room in 1...1000 { hub.enter("\(room)", session) }
                hub.enter("1", session)
                defer { session.close() }
                return session.rooms.count
            }.get()
            #expect(count == 100)
        }
    }
}
