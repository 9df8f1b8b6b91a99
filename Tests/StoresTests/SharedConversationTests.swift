import Dialogue
import JSON
import NIOCore
import NIOPosix
import Redis
import Stores
import TestSupport
import Testing

@Suite(
    "Conversations that Rasa shares", .enabled(if: RedisServer.isInstalled, "needs redis-server"),
    .ownThread)
struct SharedConversationTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let server: RedisServer
    private let spy: RedisClient

    init() throws {
        server = try RedisServer()
        spy = RedisClient(RedisConfiguration(host: "127.0.0.1", port: server.port), eventLoop: loop)
    }

    private func store(recordExpiry: Int? = nil) -> RedisTrackerStore {
        let client = RedisClient(RedisConfiguration(host: "127.0.0.1", port: server.port), eventLoop: loop)
        return RedisTrackerStore(client: client, keyPrefix: RedisKeyPrefix(nil), recordExpiry: recordExpiry)
    }

    private func text(_ conversation: String) async throws -> String? {
        try await spy.send(["GET", .text("tracker:\(conversation)")]).string
    }

    @Test func thatRasaWroteAreGoneOnWith() async throws {
        _ = try await spy.send(["SET", "tracker:größe 7", .text(Recorded.tracker)])
        let store = store()
        let stored = try #require(try await store.load("größe 7"))
        #expect(
            stored.events.map(\.typeName) == ["action", "session_started", "user", "slot", "bot", "action"])
        _ = try await store.append(Recorded.events(0..<1), to: "größe 7", after: stored.position, fence: 3)
        let events = Recorded.tracker.dropLast(#"], "name": "gr\u00f6\u00dfe 7"}"#.count)
        #expect(
            try await text("größe 7") == events
                + #", {"event": "slot", "timestamp": 1700000000.0, "name": "n", "value": 0}], "#
                + #""name": "gr\u00f6\u00dfe 7"}"#)
        await store.close()
    }

    @Test func refuseALateWriter() async throws {
        let (one, two) = (store(), store())
        let first = try await one.append(Recorded.events(0..<1), to: "c", after: .start, fence: 5)
        let second = try await two.append(Recorded.events(1..<2), to: "c", after: first, fence: 6)
        for late in [Revision.start, first] {
            let error = await #expect(throws: StoreError.self) {
                try await one.append(Recorded.events(7..<8), to: "c", after: late, fence: 5)
            }
            #expect(error?.code == .conflict)
        }
        let error = await #expect(throws: StoreError.self) {
            try await one.append(Recorded.events(7..<8), to: "c", after: second, fence: 5)
        }
        #expect(error?.code == .conflict)
        #expect(try await one.load("c")?.events == Recorded.events(0..<2))
        await one.close()
        await two.close()
    }

    @Test func refuseAWriterWhenRasaSavedInBetween() async throws {
        _ = try await spy.send(["SET", "tracker:größe 7", .text(Recorded.tracker)])
        let store = store()
        let stored = try #require(try await store.load("größe 7"))
        // The same length, another last event.
        let other = Recorded.tracker.replacing("1795395117.545632,", with: "1795395117.545633,")
        _ = try await spy.send(["SET", "tracker:größe 7", .text(other)])
        let error = await #expect(throws: StoreError.self) {
            try await store.append(Recorded.events(0..<1), to: "größe 7", after: stored.position, fence: 5)
        }
        #expect(error?.code == .conflict)
        #expect(try await text("größe 7") == other)
        #expect(try await store.load("größe 7")?.events.last?.timestamp == 1795395117.545633)
        await store.close()
    }

    @Test(arguments: [
        #"{"name": "c", "events": [{"event": "restart", "timestamp": 1.5}]}"#,
        #"{"events":[{"event":"restart","timestamp":1.5}],"name":"c"}"#,
        #"{"events": [{"event": "restart", "timestamp": 1.5}], "name": "c", "more": 1}"#,
    ])
    func ofAnotherFormAreWrittenAnew(other: String) async throws {
        _ = try await spy.send(["SET", "tracker:c", .text(other)])
        let store = store()
        let stored = try #require(try await store.load("c"))
        #expect(stored.events == [Event(.restart, timestamp: 1.5)])
        _ = try await store.append(Recorded.events(0..<1), to: "c", after: stored.position, fence: 5)
        #expect(
            try await text("c")
                == #"{"events": [{"event": "restart", "timestamp": 1.5}, "#
                + #"{"event": "slot", "timestamp": 1700000000.0, "name": "n", "value": 0}], "name": "c"}"#)
        await store.close()
    }

    @Test func withoutEventsAreBegun() async throws {
        _ = try await spy.send(["SET", "tracker:c", #"{"events": [], "name": "c"}"#])
        let store = store()
        let stored = try #require(try await store.load("c"))
        #expect(stored.events.isEmpty)
        _ = try await store.append(Recorded.events(0..<1), to: "c", after: stored.position, fence: 5)
        #expect(try await store.load("c")?.events == Recorded.events(0..<1))
        await store.close()
    }

    @Test func runOut() async throws {
        let (mortal, eternal) = (store(recordExpiry: 100_000), store())
        let first = try await mortal.append(Recorded.events(0..<1), to: "c", after: .start, fence: 5)
        #expect((90_000...100_000).contains(try #require(try await spy.send(["TTL", "tracker:c"]).int)))
        let second = try await mortal.append(Recorded.events(1..<2), to: "c", after: first, fence: 5)
        #expect((90_000...100_000).contains(try #require(try await spy.send(["TTL", "tracker:c"]).int)))
        _ = try await eternal.replace("c", with: Recorded.events(1..<2), after: second, fence: 5)
        #expect(try await spy.send(["TTL", "tracker:c"]) == .integer(-1))
        _ = try await spy.send(["DEL", "tracker:c"])
        #expect(try await eternal.load("c")?.events == nil)
        await mortal.close()
        await eternal.close()
    }

    @Test func areStoredOnceWhenAnResponseIsLost() async throws {
        let store = store()
        let first = try await store.append(Recorded.events(0..<1), to: "c", after: .start, fence: 5)
        let second = try await store.append(Recorded.events(1..<2), to: "c", after: first, fence: 5)
        // What a second try after a lost response does.
        #expect(try await store.append(Recorded.events(1..<2), to: "c", after: first, fence: 5) == second)
        #expect(try await store.load("c")?.events == Recorded.events(0..<2))
        await store.close()
    }

    @Test func thatAreNoneAreRefused() async throws {
        let store = store()
        for text in ["nonsense", "[]", #"{"events": [{"event": "no such kind"}]}"#] {
            _ = try await spy.send(["SET", "tracker:c", .text(text)])
            let error = await #expect(throws: StoreError.self) { try await store.load("c") }
            #expect(error?.code == .unreadable)
        }
        _ = try await spy.send(["DEL", "tracker:c"])
        _ = try await spy.send(["LPUSH", "tracker:c", "1"])
        let error = await #expect(throws: StoreError.self) { try await store.load("c") }
        #expect(error?.code == .unreachable)
        await store.close()
    }
}
