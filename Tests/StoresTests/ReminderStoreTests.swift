import Dialogue
import JSON
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Stores

@Suite("Reminders are kept", .timeLimit(.minutes(5)))
struct ReminderStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, redis
        static let installed = allCases.filter { $0 == .memory || RedisServer.isInstalled }
    }

    private func waiting(_ name: String, due: Double = 1) -> ScheduledReminder {
        ScheduledReminder(
            id: "id of \(name)", conversation: "c", channel: "rest", due: due,
            reminder: ReminderScheduled(
                intent: "greet", dateTime: "", entities: .null, name: name, killOnUserMessage: false))
    }

    private func withStore(_ kind: Kind, _ body: (any ReminderStore) async throws -> Void) async throws {
        guard kind == .redis else { return try await body(InMemoryReminderStore()) }
        let server = try RedisServer()
        let client = RedisClient(
            RedisConfiguration(host: "127.0.0.1", port: server.port),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        try await body(RedisReminderStore(client: client, keyPrefix: RedisKeyPrefix(nil)))
        await client.close()
    }

    @Test("until they are done; whoever claimed one and vanished leaves it to the others", arguments: Kind.installed)
    func claims(kind: Kind) async throws {
        try await withStore(kind) { store in
            try await store.schedule(waiting("b", due: 2))
            try await store.schedule(waiting("a", due: 1))
            try await store.schedule(waiting("later", due: 32_000_000_000))
            let claimed = try await store.claim()
            #expect(claimed.due.map(\.reminder.name) == ["a", "b"])
            #expect(!claimed.hasMore)
            #expect(try await store.claim().due.isEmpty)
            try await store.complete(claimed.due[0])
            var again: [ScheduledReminder] = []
            while again.isEmpty { again = try await store.claim().due }
            #expect(again.map(\.reminder.name) == ["b"])
            try await store.complete(again[0])
            #expect(try await store.claim().next == 32_000_000_000)
        }
    }

    @Test("a renewed claim lasts, and does not bring one forward that was scheduled anew", arguments: Kind.installed)
    func renewals(kind: Kind) async throws {
        try await withStore(kind) { store in
            try await store.schedule(waiting("a"))
            let first = try await store.claim()
            try await store.renew(first.due)
            let renewed = try await store.claim()
            #expect(renewed.due.isEmpty)
            #expect(try #require(renewed.next) >= #require(first.next))
            try await store.schedule(waiting("a", due: 32_000_000_000))
            try await store.renew(first.due)
            try await store.complete(first.due[0])
            #expect(try await store.claim().next == 32_000_000_000)
            try await store.renew([waiting("unknown")])
            #expect(try await store.claim() == ClaimedReminders(due: [], next: 32_000_000_000, hasMore: false))
        }
    }

    @Test("many are taken back at once", arguments: Kind.installed)
    func cancellations(kind: Kind) async throws {
        try await withStore(kind) { store in
            for number in 0..<50 { try await store.schedule(waiting("\(number)")) }
            try await store.cancel((0..<48).map { ReminderCancelled(name: "\($0)") }, of: "c")
            #expect(try await store.claim().due.map(\.reminder.name).sorted() == ["48", "49"])
            try await store.cancel([ReminderCancelled()], of: "c")
            #expect(try await store.claim().next == nil)
        }
    }

    @Test("what another program put there keeps none from its time", .enabled(if: RedisServer.isInstalled))
    func foreign() async throws {
        let server = try RedisServer()
        let client = RedisClient(
            RedisConfiguration(host: "127.0.0.1", port: server.port),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        let store = RedisReminderStore(client: client, keyPrefix: RedisKeyPrefix(nil))
        _ = try await client.send(["ZADD", "parley:reminders", "0", "nonsense"])
        try await store.schedule(waiting("a"))
        #expect(try await store.claim().due.map(\.reminder.name) == ["a"])
        await client.close()
    }
}
