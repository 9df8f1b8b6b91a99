import Dialogue
import JSON
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Stores

/// A store and what a test needs to look behind it.
private struct StoreUnderTest {
    let store: any TrackerStore
    let redis: RedisClient?
    let server: RedisServer?

    static let kinds = ["memory", "redis"]

    init(_ kind: String) throws {
        guard kind == "redis" else {
            (store, redis, server) = (InMemoryTrackerStore(), nil, nil)
            return
        }
        let server = try RedisServer()
        let client = StoreUnderTest.client(server)
        self.server = server
        redis = StoreUnderTest.client(server)
        store = RedisTrackerStore(client: client, keyPrefix: RedisKeyPrefix(nil))
    }

    static func client(_ server: RedisServer) -> RedisClient {
        RedisClient(
            RedisConfiguration(host: "127.0.0.1", port: server.port),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
    }
}

private func user(_ text: String) -> Event { Event(.user(UserUttered(text: text)), timestamp: 1.5) }
private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

@Suite("Tracker stores compare and append", .enabled(if: RedisServer.isInstalled, "needs redis-server"))
struct TrackerStoreTests {
    @Test("what was appended is read back in order", arguments: StoreUnderTest.kinds)
    func appends(kind: String) async throws {
        let setup = try StoreUnderTest(kind)
        defer { withExtendedLifetime(setup) {} }
        let store = setup.store
        #expect(try await store.load("é/1") == nil)
        let first = try await store.append([listen], to: "é/1", after: .start, fence: 1)
        let second = try await store.append([user("a \"b\" 😀"), listen], to: "é/1", after: first, fence: 2)
        let stored = try #require(try await store.load("é/1"))
        #expect(stored.events == [listen, user("a \"b\" 😀"), listen])
        #expect(stored.position == second)
        await store.close()
    }

    @Test("who started from something else is refused, and nothing is written", arguments: StoreUnderTest.kinds)
    func conflicts(kind: String) async throws {
        let setup = try StoreUnderTest(kind)
        defer { withExtendedLifetime(setup) {} }
        let store = setup.store
        let first = try await store.append([listen], to: "c", after: .start, fence: 1)
        _ = try await store.append([user("winner"), listen], to: "c", after: first, fence: 2)
        for stale in [first, .start] {
            let error = await #expect(throws: StoreError.self) {
                try await store.append([user("loser"), listen], to: "c", after: stale, fence: 3)
            }
            #expect(error?.code == .conflict)
        }
        #expect(try await store.load("c")?.events == [listen, user("winner"), listen])
        await store.close()
    }

    @Test("a replaced conversation is another one", arguments: StoreUnderTest.kinds)
    func replaces(kind: String) async throws {
        let setup = try StoreUnderTest(kind)
        defer { withExtendedLifetime(setup) {} }
        let store = setup.store
        let first = try await store.append([user("old"), listen], to: "r", after: .start, fence: 1)
        let second = try await store.replace("r", with: [user("new"), listen], after: first, fence: 2)
        await #expect(throws: StoreError.self) {
            try await store.append([listen], to: "r", after: first, fence: 3)
        }
        _ = try await store.append([listen], to: "r", after: second, fence: 3)
        #expect(try await store.load("r")?.events == [user("new"), listen, listen])
        await store.close()
    }
}

@Suite("Conversations in Redis", .enabled(if: RedisServer.isInstalled, "needs redis-server"))
struct RedisTrackerStoreTests {
    @Test("stand under Rasa's key in Rasa's form, byte for byte")
    func form() async throws {
        let setup = try StoreUnderTest("redis")
        defer { withExtendedLifetime(setup) {} }
        let redis = try #require(setup.redis)
        let first = try await setup.store.append([listen], to: "mé", after: .start, fence: 1)
        _ = try await setup.store.append([user("hi")], to: "mé", after: first, fence: 1)
        let text = try await redis.send(["GET", .text("tracker:mé")]).string
        let expected: JSON = ["events": [listen.json, user("hi").json], "name": "mé"]
        #expect(text == expected.text(.python))
        #expect(try await redis.send(["KEYS", "tracker:*"]).array?.count == 1)
    }

    @Test("what another program adds is seen, and what it rewrites too")
    func foreignWrites() async throws {
        let setup = try StoreUnderTest("redis")
        defer { withExtendedLifetime(setup) {} }
        let redis = try #require(setup.redis)
        let first = try await setup.store.append([listen], to: "f", after: .start, fence: 1)
        func write(_ events: [Event], _ style: JSONStyle) async throws {
            let json: JSON = ["events": .array(events.map(\.json)), "name": "f"]
            _ = try await redis.send(["SET", "tracker:f", .bytes(json.encoded(style))])
        }
        try await write([listen, user("more")], .python)
        let added = try #require(try await setup.store.load("f"))
        #expect(added.events == [listen, user("more")])
        await #expect(throws: StoreError.self) {
            try await setup.store.append([listen], to: "f", after: first, fence: 2)
        }
        _ = try await setup.store.append([listen], to: "f", after: added.position, fence: 2)
        try await write([user("other")], .compact)
        let other = try #require(try await setup.store.load("f"))
        #expect(other.events == [user("other")])
        _ = try await setup.store.append([listen], to: "f", after: other.position, fence: 3)
        #expect(try await setup.store.load("f")?.events == [user("other"), listen])
    }

    @Test("a writer with an older fence is refused")
    func fence() async throws {
        let setup = try StoreUnderTest("redis")
        defer { withExtendedLifetime(setup) {} }
        let first = try await setup.store.append([listen], to: "late", after: .start, fence: 9)
        await #expect(throws: StoreError.self) {
            try await setup.store.append([listen], to: "late", after: first, fence: 8)
        }
    }

    @Test("what is no conversation is an error, not an empty one")
    func unreadable() async throws {
        let setup = try StoreUnderTest("redis")
        defer { withExtendedLifetime(setup) {} }
        _ = try await #require(setup.redis).send(["SET", "tracker:x", "{\"events\": 1}"])
        let error = await #expect(throws: StoreError.self) { try await setup.store.load("x") }
        #expect(error?.code == .unreadable)
    }

    @Test("a turn costs two round trips, and a record expires where that is wished")
    func cost() async throws {
        let server = try RedisServer()
        defer { withExtendedLifetime(server) {} }
        let client = StoreUnderTest.client(server)
        let store = RedisTrackerStore(client: client, keyPrefix: RedisKeyPrefix("own"), recordExpiry: 100)
        var position = try await store.append([listen], to: "t", after: .start, fence: 1)
        _ = try await store.load("t")
        let before = client.commandCount
        position = try #require(try await store.load("t")).position
        _ = try await store.append([user("x"), listen], to: "t", after: position, fence: 2)
        #expect(client.commandCount - before == 2)
        let seconds = try #require(try await client.send(["TTL", "own:tracker:t"]).int)
        #expect((90...100).contains(seconds))
        await store.close()
    }
}
