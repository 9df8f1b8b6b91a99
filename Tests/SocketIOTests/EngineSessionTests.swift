import JSON
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import SocketIO

@Suite("A session whose worker retires")
struct EngineSessionTests {
    /// What a session has told, and the messages that it has handed on.
    private final class Log: @unchecked Sendable {
        // @unchecked: touched by one test on one thread only.
        var events: [String] = []
        var messages: [String] = []
        var polls: [[String]?] = []
    }

    private let loop = EmbeddedEventLoop()
    private let log = Log()

    private func session() -> EngineSession {
        let log = log
        return EngineSession(
            id: "s", loop: loop, backlog: EngineBacklog(), logger: Logger(label: "test"),
            received: { session, text in
                log.messages.append(String(text))
                session.turnBegan()
                return true
            },
            whenRoom: { _ in },
            observer: EngineSession.Observer(
                left: { _ in log.events.append("left") }, gone: { _ in log.events.append("gone") },
                ended: { _ in log.events.append("ended") }))
    }

    private func pipe() -> EnginePipe {
        let log = log
        return EnginePipe(
            send: { log.events.append("send \($0)") }, leave: { log.events.append("told") },
            close: { log.events.append("closed") })
    }

    @Test("tells a client that has been quiet for a while at once, and one that has just begun later")
    func quiet() {
        let session = session()
        session.begin(on: pipe())
        session.retire()
        #expect(log.events.isEmpty)
        loop.advanceTime(by: EngineSession.quietTime)
        #expect(log.events == ["left", "told"])
    }

    @Test("adopted from another worker hears its client, and knows whether that was killed", arguments: [true, false])
    func adopted(isLost: Bool) {
        let session = session()
        session.adopt(SessionRecord(socket: "a", rooms: ["me"], isLost: isLost))
        #expect(log.events == ["left", "gone"])
        #expect(session.socket == "a" && session.rooms == ["me"])
        session.receive(body: "4message") { _ in }
        #expect(log.messages == ["message"])
        #expect(session.leavingOutcome.json == ["outcome": isLost ? "lost" : "left"])
        let record = SessionRecord(socket: nil, rooms: ["me"], isLost: isLost)
        #expect(SessionRecord(record.json) == record)
    }

    @Test("waits for the turn under way, and tells its client right after the response")
    func busy() {
        let session = session()
        let pipe = pipe()
        session.begin(on: pipe)
        session.receive("4a", from: pipe)
        session.retire()
        loop.advanceTime(by: .seconds(10))
        #expect(log.events.isEmpty)
        session.send(message: "b")
        session.turnEnded()
        #expect(log.events == ["send 4b", "left", "told"])
    }

    @Test("handles what its client sent before it knew, sends no more, and is over when the connection is")
    func crossing() {
        let session = session()
        let pipe = pipe()
        session.begin(on: pipe)
        session.leave()
        session.receive("4late", from: pipe)
        session.send(message: "never")
        session.turnEnded()
        #expect(log.messages == ["late"])
        session.ended(pipe)
        #expect(log.events == ["left", "told", "closed", "gone", "ended"])
    }

    @Test("lets a client that polls fetch its response first, then tells it so, and takes what it still posts")
    func polling() {
        let log = log
        let session = session()
        session.receive(body: "4a") { _ in }
        session.retire()
        session.send(message: "b")
        session.turnEnded()
        #expect(log.events.isEmpty)
        session.take { log.polls.append($0) }
        #expect(log.polls == [["4b"]])
        loop.advanceTime(by: EngineSession.quietTime)
        #expect(log.events == ["left", "gone"])
        session.take { log.polls.append($0) }
        #expect(log.polls == [["4b"], nil])
        session.receive(body: "4late") { log.events.append("\($0)") }
        #expect(log.messages == ["a", "late"] && log.events.last == "handled")
        loop.advanceTime(by: EngineSession.knownTime)
        #expect(log.events.last == "ended")
    }

    @Test("goes on in another worker as one that was left, for what its client still posts")
    func adoption() {
        let session = session()
        let record = SessionRecord(socket: "socket", rooms: ["room"])
        #expect(SessionRecord(record.json) == record)
        session.adopt(record)
        #expect(session.socket == "socket" && !session.isOpen && log.events == ["left", "gone"])
        session.receive(body: "4a") { _ in }
        #expect(log.messages == ["a"])
    }
}
