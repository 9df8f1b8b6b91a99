import Assistant
import ConversationSupport
import Cryptography
import Encodings
import HTTPServer
import JSON
import NIOCore
import Synchronization
import Testing

@testable import Channels
@testable import SocketIO

@Suite("Work that goes on after an answer is bounded")
struct BackgroundWorkTests {
    /// Holds up whoever passes until it is opened.
    private final class Barrier: Sendable {
        private let opening: AsyncStream<Void>
        private let opened: AsyncStream<Void>.Continuation

        init() { (opening, opened) = AsyncStream.makeStream() }
        func open() { opened.finish() }
        func pass() async { for await _ in opening {} }
    }

    private func subject(_ conversation: String, _ bytes: Int = 1) -> BackgroundWork.Subject {
        BackgroundWork.Subject(conversation: conversation, bytes: bytes)
    }

    @Test("by number, bytes and conversation; one piece always has room, and whoever waits is told of room")
    func bounds() async throws {
        try await withContext(limits: .init(count: 3, bytes: 10, perConversation: 1)) { context in
            let background = context.context.background
            let barrier = Barrier()
            #expect(background.begin(subject("a", 11)) { await barrier.pass() })
            #expect(!background.begin(subject("b")) {})
            barrier.open()
            await background.finish(within: .seconds(60))
            let other = Barrier()
            #expect(background.begin(subject("a")) { await other.pass() })
            #expect(!background.begin(subject("a")) {})
            #expect(!background.begin(subject("b", 10)) {})
            for name in ["b", "c"] { #expect(background.begin(subject(name)) { await other.pass() }) }
            #expect(!background.begin(subject("d")) {})
            #expect(background.count == 3)
            await withCheckedContinuation { continuation in
                background.whenRoom { continuation.resume() }
                other.open()
            }
            await background.finish(within: .seconds(60))
            #expect(background.begin(subject("a")) {})
        }
    }

    @Test("Slack is told to send again what there is no room for")
    func slack() async throws {
        try await withContext(limits: .init(count: 1)) { context in
            let channel = try context.channel("slack", "{slack_token: t, slack_signing_secret: s, api_url: URL}")
            let barrier = Barrier()
            #expect(context.context.background.begin(subject("other")) { await barrier.pass() })
            let body = #"{"event_id":"e1","event":{"type":"message","channel_type":"im","user":"U","text":"hi"}}"#
            func send() async throws -> Int {
                let now = String(RecentTime.now())
                let code = Digest.sha256.code(of: Array("v0:\(now):\(body)".utf8), key: Array("s".utf8))
                return try await context.ask(
                    channel, .post, "/webhooks/slack/webhook", body,
                    fields: [
                        ("content-type", "application/json"), ("x-slack-request-timestamp", now),
                        ("x-slack-signature", "v0=\(Hexadecimal.text(code))"),
                    ]
                ).status
            }
            #expect(try await send() == 503)
            #expect(context.service.messages.isEmpty)
            barrier.open()
            await context.context.background.finish(within: .seconds(60))
            #expect(try await send() == 200)
            await context.context.background.finish(within: .seconds(60))
            #expect(context.service.messages.map(\.text) == ["hi"])
        }
    }

    @Test("a request with Socket.IO's messages is answered when they have been taken")
    func socketIO() async throws {
        try await withContext(limits: .init(count: 2)) { context in
            let channel = try context.channel("socketio", "{session_persistence: true}")
            let opening = try await context.ask(channel, .get, "/socket.io/?EIO=4&transport=polling")
            let session = try #require(try JSON(parsing: Array(opening.text.dropFirst().utf8))["sid"]?.string)
            let path = "/socket.io/?EIO=4&transport=polling&sid=\(session)"
            #expect(try await context.ask(channel, .post, path, "40").status == 200)
            let barrier = Barrier()
            for name in ["a", "b"] { #expect(context.context.background.begin(subject(name)) { await barrier.pass() }) }
            let packets = (1...50).map { #"42["user_uttered",{"message":"\#($0)","session_id":"s\#($0)"}]"# }
            async let response = context.ask(channel, .post, path, EnginePacket.body(packets))
            #expect(context.service.messages.isEmpty)
            barrier.open()
            #expect(try await response.status == 200)
            await context.context.background.finish(within: .seconds(60))
            #expect(context.service.messages.map(\.text) == (1...50).map(String.init))
        }
    }

    @Test("sessions beyond the limit are refused, and one whose client fetches nothing ends")
    func sessions() async throws {
        try await withContext(maxSessions: 1) { context in
            let channel = try context.channel("socketio", "{}")
            #expect(try await context.ask(channel, .get, "/socket.io/?EIO=4&transport=polling").status == 200)
            #expect(try await context.ask(channel, .get, "/socket.io/?EIO=4&transport=polling").status == 503)
            let hub = EngineHub(context.context)
            let isClosed = try await context.context.loop.submit {
                let session = try #require(hub.open())
                for _ in 1...5000 { session.send(message: "x") }
                return session.isClosed
            }.get()
            #expect(isClosed)
        }
    }
}
