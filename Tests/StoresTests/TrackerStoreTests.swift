import Dialogue
import JSON
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Stores

private func user(_ text: String) -> Event { Event(.user(UserUttered(text: text)), timestamp: 1.5) }
private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

@Suite("Tracker stores compare and append", .ownThread)
struct TrackerStoreTests {
    @Test("what was appended is read back in order", arguments: StoreUnderTest.Kind.installed)
    func appends(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        #expect(try await store.load("é/1") == nil)
        let first = try await store.append([listen], to: "é/1", after: .start, fence: 1)
        let second = try await store.append([user("a \"b\" 😀"), listen], to: "é/1", after: first, fence: 2)
        let stored = try #require(try await store.load("é/1"))
        #expect(stored.events == [listen, user("a \"b\" 😀"), listen])
        #expect(stored.position == second)
        #expect(try await store.append([], to: "é/1", after: second, fence: 2) == second)
        await setup.close()
    }

    @Test("names that Unicode calls equivalent are two conversations", arguments: StoreUnderTest.Kind.installed)
    func codePoints(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        let (one, other) = ("jos\u{E9}", "jose\u{301}")
        _ = try await store.append([user("one"), listen], to: one, after: .start, fence: 1)
        #expect(try await store.load(other) == nil)
        _ = try await store.append([user("other")], to: other, after: .start, fence: 1)
        #expect(try await store.load(one)?.events == [user("one"), listen])
        #expect(try await store.load(other)?.events == [user("other")])
        let names = try await store.conversations().map { Array($0.utf8) }
        #expect(names.contains(Array(one.utf8)) && names.contains(Array(other.utf8)))
        await setup.close()
    }

    @Test(
        "who started from something else is refused, and nothing is written", arguments: StoreUnderTest.Kind.installed)
    func conflicts(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        let first = try await store.append([listen], to: "c", after: .start, fence: 1)
        _ = try await store.append([user("winner"), listen], to: "c", after: first, fence: 2)
        for stale in [first, .start] {
            let error = await #expect(throws: StoreError.self) {
                try await store.append([user("loser"), listen], to: "c", after: stale, fence: 3)
            }
            #expect(error?.code == .conflict)
            let other = await #expect(throws: StoreError.self) {
                try await store.replace("c", with: [user("loser")], after: stale, fence: 3)
            }
            #expect(other?.code == .conflict)
        }
        #expect(try await store.load("c")?.events == [listen, user("winner"), listen])
        await setup.close()
    }

    @Test("a replaced conversation is another one", arguments: StoreUnderTest.Kind.installed)
    func replaces(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        let first = try await store.append([user("old"), listen], to: "r", after: .start, fence: 1)
        let second = try await store.replace("r", with: [user("new"), listen], after: first, fence: 2)
        await #expect(throws: StoreError.self) {
            try await store.append([listen], to: "r", after: first, fence: 3)
        }
        guard case .other(let stored) = try await store.changes(to: "r", since: first) else {
            Issue.record("a replaced conversation must be told from a longer one")
            return
        }
        #expect(stored?.events == [user("new"), listen])
        _ = try await store.append([listen], to: "r", after: second, fence: 3)
        #expect(try await store.load("r")?.events == [user("new"), listen, listen])
        await setup.close()
    }

    @Test("a conversation may be emptied and begun again", arguments: StoreUnderTest.Kind.installed)
    func empties(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        let first = try await store.append([user("old"), listen], to: "e", after: .start, fence: 1)
        _ = try await store.replace("e", with: [], after: first, fence: 2)
        let empty = try await store.load("e")
        #expect(empty?.events.isEmpty != false)
        _ = try await store.append([listen], to: "e", after: empty?.position ?? .start, fence: 3)
        #expect(try await store.load("e")?.events == [listen])
        await setup.close()
    }

    @Test(
        "an unknown conversation may be kept without events and begun later", arguments: StoreUnderTest.Kind.installed)
    func unknown(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let store = setup.store
        for fence in 1...2 where try await store.load("nobody") == nil {
            _ = try await store.replace("nobody", with: [], after: .start, fence: fence)
        }
        let empty = try await store.lastSession(of: "nobody")
        #expect(empty?.events.isEmpty != false)
        _ = try await store.append([listen], to: "nobody", after: empty?.position ?? .start, fence: 3)
        #expect(try await store.load("nobody")?.events == [listen])
        #expect(try await store.conversations().contains("nobody"))
        await setup.close()
    }

    @Test("another worker's events are what has changed", arguments: StoreUnderTest.Kind.shared)
    func changes(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let (one, two) = (setup.store, setup.another())
        #expect(try await one.changes(to: "w", since: .start) == .none)
        let first = try await one.append([listen], to: "w", after: .start, fence: 1)
        #expect(try await one.changes(to: "w", since: first) == .none)
        let second = try await two.append([user("x"), listen], to: "w", after: first, fence: 2)
        #expect(try await one.changes(to: "w", since: first) == .added([user("x"), listen], second))
        #expect(try await one.changes(to: "w", since: second) == .none)
        await two.close()
        await setup.close()
    }

    @Test("texts of any kind come back as they were", arguments: StoreUnderTest.Kind.installed)
    func texts(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let long = String(repeating: "nö ", count: 2000)
        let events = ["", "a\0b", "\u{1F469}\u{200D}\u{1F4BB} e\u{301}", "'; DROP TABLE events; --", "? $1 %s", long]
            .map(user)
        let named = Event(.slot(SlotSet("n\0" + long, .string("v"))), timestamp: 3)
        for name in ["größe 7", "a'b\"c", "A", "a", "a ", "😀"] {
            _ = try await setup.store.append(events + [named], to: name, after: .start, fence: 1)
            #expect(try await setup.store.load(name)?.events == events + [named])
        }
        await setup.close()
    }

    @Test("a thousand events at once keep their order", arguments: StoreUnderTest.Kind.installed)
    func many(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let first = try await setup.store.append([listen], to: "many", after: .start, fence: 1)
        let last = try await setup.store.append(Recorded.events(0..<1000), to: "many", after: first, fence: 1)
        let stored = try #require(try await setup.store.load("many"))
        #expect(stored.events == [listen] + Recorded.events(0..<1000))
        #expect(stored.position == last)
        await setup.close()
    }

    @Test("of writers that race, one at a time wins and nothing is lost", arguments: StoreUnderTest.Kind.shared)
    func races(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let writers = 4
        let rounds = 15
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                let store = setup.another()
                group.addTask {
                    for round in 0..<rounds {
                        // All that one call writes belongs together.
                        let pair = Recorded.events([writer * 1000 + round * 2, writer * 1000 + round * 2 + 1])
                        while true {
                            do {
                                let position = try await store.load("race")?.position ?? .start
                                _ = try await store.append(pair, to: "race", after: position, fence: 7)
                                break
                            } catch let error as StoreError where error.code == .conflict {
                                continue
                            } catch {
                                Issue.record("\(error)")
                                return
                            }
                        }
                    }
                    await store.close()
                }
            }
        }
        let events = try #require(try await setup.store.load("race")).events
        #expect(events.count == writers * rounds * 2)
        for index in stride(from: 0, to: events.count - 1, by: 2) {
            #expect(events[index + 1].timestamp == events[index].timestamp + 1)
        }
        for writer in 0..<writers {
            let own = events.filter { Int($0.timestamp - 1_700_000_000) / 1000 == writer }.map(\.timestamp)
            #expect(own == own.sorted() && Set(own).count == rounds * 2)
        }
        await setup.close()
    }

    @Test("all conversations are listed, each once", arguments: StoreUnderTest.Kind.installed)
    func lists(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        // More than one page of DynamoDB can hold, which is 1 MB.
        let long = Event(.slot(SlotSet("s", .string(String(repeating: "x", count: 60_000)))), timestamp: 1)
        let names = (0..<20).map { "list/\($0) ü" } + ["list/ann", "list/Ann", "list/ann "]
        for name in names { _ = try await setup.store.append([listen, long], to: name, after: .start, fence: 1) }
        let listed = try await setup.store.conversations().filter { $0.hasPrefix("list/") }
        #expect(listed.sorted() == names.sorted())
        await setup.close()
    }

    @Test("the last session can be had alone, or with what is before it", arguments: StoreUnderTest.Kind.installed)
    func sessions(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let start = Event(.action(ActionExecuted(name: "action_session_start")), timestamp: 5)
        let session = [start, Event(.sessionStarted, timestamp: 5), listen, user("new"), listen]
        let position = try await setup.store.append(
            [start, listen, user("old")] + session, to: "s", after: .start, fence: 1)
        let last = try #require(try await setup.store.lastSession(of: "s"))
        #expect(last.position == position)
        #expect(last.events.suffix(session.count) == session[...])
        #expect(Array(Tracker.lastSession(of: last.events)) == session)
        _ = try await setup.store.append([listen], to: "s", after: last.position, fence: 1)
        _ = try await setup.store.append([user("one")], to: "none", after: .start, fence: 1)
        #expect(try await setup.store.lastSession(of: "none")?.events == [user("one")])
        #expect(try await setup.store.lastSession(of: "unknown") == nil)
        await setup.close()
    }
}

@Suite("Conversations in Redis", .enabled(if: RedisServer.isInstalled, "needs redis-server"))
struct RedisTrackerStoreTests {
    @Test("stand under Rasa's key in Rasa's form, byte for byte")
    func form() async throws {
        let setup = try await StoreUnderTest(.redis)
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
        let setup = try await StoreUnderTest(.redis)
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

    @Test("the last session is read without those before it, whatever messages look like", arguments: [0, 3, 3000])
    func lastSession(length: Int) async throws {
        let setup = try await StoreUnderTest(.redis)
        defer { withExtendedLifetime(setup) {} }
        let start = Event(.action(ActionExecuted(name: "action_session_start")), timestamp: 5)
        let session = [start, Event(.sessionStarted, timestamp: 5)] + Recorded.events(0..<length) + [listen]
        let old = [start, user("old")] + Recorded.events(0..<100)
        let position = try await setup.store.append(old + session, to: "s\"é", after: .start, fence: 1)
        let last = try await setup.store.lastSession(of: "s\"é")
        #expect(last == StoredConversation(events: session, position: position))
        _ = try await setup.store.append([listen], to: "s\"é", after: position, fence: 1)
        #expect(try await setup.store.lastSession(of: "s\"é")?.events == session + [listen])
    }

    @Test("what only looks like the beginning of a session is none")
    func lookalikes() async throws {
        let setup = try await StoreUnderTest(.redis)
        defer { withExtendedLifetime(setup) {} }
        var start = Event(.action(ActionExecuted(name: "action_session_start")), timestamp: 5)
        let look = Event(.action(ActionExecuted(name: "action_session_start")), timestamp: 6).json
        start.metadata = ["long": .string(String(repeating: "x", count: 50_000))]
        var nested = user("nested")
        nested.metadata = ["look": look, "list": [1, look]]
        let followup = Event(.followup(name: "action_session_start"), timestamp: 7)
        let lookalikes = [user(look.text(.python)), nested, followup, user("], \"name\": \"s\"}")]
        for (index, event) in lookalikes.enumerated() {
            let session = [start, listen, event, listen]
            _ = try await setup.store.append(
                [start, user("old")] + session, to: "look\(index)", after: .start, fence: 1)
            let last = try #require(try await setup.store.lastSession(of: "look\(index)"))
            #expect(Array(Tracker.lastSession(of: last.events)) == session)
            _ = try await setup.store.append([listen], to: "look\(index)", after: last.position, fence: 2)
            _ = try await setup.store.append([event], to: "only\(index)", after: .start, fence: 1)
            #expect(try await setup.store.lastSession(of: "only\(index)")?.events == [event])
        }
    }

    @Test("a writer with an older fence is refused")
    func fence() async throws {
        let setup = try await StoreUnderTest(.redis)
        defer { withExtendedLifetime(setup) {} }
        let first = try await setup.store.append([listen], to: "late", after: .start, fence: 9)
        await #expect(throws: StoreError.self) {
            try await setup.store.append([listen], to: "late", after: first, fence: 8)
        }
    }

    @Test("what is no conversation is an error, not an empty one")
    func unreadable() async throws {
        let setup = try await StoreUnderTest(.redis)
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
        let store = RedisTrackerStore(client: client, keyPrefix: RedisKeyPrefix("own"), recordExpiry: 100_000)
        var position = try await store.append([listen], to: "t", after: .start, fence: 1)
        _ = try await store.load("t")
        let before = client.commandCount
        position = try #require(try await store.load("t")).position
        _ = try await store.append([user("x"), listen], to: "t", after: position, fence: 2)
        #expect(client.commandCount - before == 2)
        let seconds = try #require(try await client.send(["TTL", "own:tracker:t"]).int)
        #expect((90_000...100_000).contains(seconds))
        await store.close()
    }
}
