import JSON
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Leases

@Suite("Leases in Redis", .enabled(if: RedisServer.isInstalled, "needs redis-server"), .timeLimit(.minutes(10)))
struct RedisLeaseStoreTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let server: RedisServer
    private let spy: RedisClient

    init() throws {
        server = try RedisServer()
        // A machine with few cores may take its time to connect again.
        var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, database: 1)
        configuration.patience = .seconds(20)
        spy = RedisClient(configuration, eventLoop: loop)
    }

    private func store(_ owner: String, _ settings: LeaseSettings = LeaseSettings(pollInterval: .seconds(60)))
        -> RedisLeaseStore
    {
        var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, database: 1)
        configuration.replyTimeout = .seconds(2)
        configuration.patience = .seconds(20)
        return RedisLeaseStore(configuration, owner: owner, settings: settings, eventLoop: loop)
    }

    private func keys() async throws -> [String] {
        (try await spy.send(["KEYS", "*"]).array ?? []).compactMap(\.string).sorted()
    }

    /// Waits until the queue of a conversation has so many tickets.
    private func awaitQueue(_ conversation: String, _ count: Int) async throws {
        let isThere = try await eventually {
            let value = try await spy.send(["GET", .text("lock:\(conversation)")]).bytes
            return try value.map { try JSON(parsing: $0)["tickets"]?.array?.count ?? 0 } ?? 0 == count
        }
        #expect(isThere)
    }

    /// When the first ticket in a conversation's queue runs out, in seconds since 1970; 0 where there is none.
    private func expiry(_ conversation: String) async throws -> Double {
        let queue = try await spy.send(["GET", .text("lock:\(conversation)")]).bytes.map { try JSON(parsing: $0) }
        let ticket = queue?["tickets"]?.array?.first?.string
        return try ticket.map { try JSON(parsing: $0)["expires"]?.double ?? 0 } ?? 0
    }

    @Test func costOneRoundTripAndLeaveNothingBehind() async throws {
        let store = store("w1", LeaseSettings(pollInterval: .seconds(60), returnCheck: .seconds(60)))
        for _ in 0..<3 {
            let lease = try await store.acquire("größe \"7\"")
            #expect(lease.ticket == 0)
            #expect(store.isHeld(lease))
            await store.release(lease)
            #expect(!store.isHeld(lease))
        }
        await store.close()
        #expect(store.client.commandCount == 3 + 3 + 1)
        #expect(try await keys() == ["parley:fence"])
    }

    @Test func haveTheFormOfRasasTicketLock() async throws {
        let store = store("w1")
        let lease = try await store.acquire("größe \"7\"")
        let text = try await spy.send(["GET", "lock:größe \"7\""]).string ?? ""
        #expect(
            text.hasPrefix(
                #"{"conversation_id": "gr\u00f6\u00dfe \"7\"", "tickets": ["{\"number\": 0, \"expires\": "#))
        #expect(text.hasSuffix(#", \"owner\": \"w1\", \"request\": 1, \"fence\": \#(lease.fence)}"]}"#))
        let ticket = try JSON(parsing: try JSON(parsing: text)["tickets"]?.array?.first?.string ?? "")
        let expires = ticket["expires"]?.double ?? 0
        #expect(abs(expires - Double(lease.fence) / 1_000_000 - 60) < 0.1)
        let remaining = try await spy.send(["PTTL", "lock:größe \"7\""]).int ?? 0
        #expect(remaining > 30_000 && remaining < 62_000)
        await store.release(lease)
        await store.close()
    }

    @Test func waitBehindATicketThatRasaWrote() async throws {
        // As `RedisLockStore.save_lock` of Rasa 3.6.21 wrote it, with times that lie far ahead.
        let recorded = #"{"conversation_id": "c", "tickets": ["{\"number\": 4, \"expires\": 33333333333.123456}"]}"#
        _ = try await spy.send(["SET", "lock:c", .text(recorded)])
        let store = store("w1", LeaseSettings(pollInterval: .milliseconds(20)))
        async let waiting = store.acquire("c")
        try await awaitQueue("c", 2)
        // Rasa lets its ticket go and writes the rest as it understands it.
        let text = try await spy.send(["GET", "lock:c"]).string ?? ""
        let mine = try JSON(parsing: try JSON(parsing: text)["tickets"]?.array?.last?.string ?? "")
        let kept = JSON.object(["number": mine["number"] ?? .null, "expires": mine["expires"] ?? .null])
        let rest = JSON.object(["conversation_id": "c", "tickets": [.string(kept.text(.python))]])
        _ = try await spy.send(["SET", "lock:c", .text(rest.text(.python))])
        let lease = try await waiting
        #expect(lease.ticket == 5)
        #expect(lease.fence == mine["fence"]?.int)
        await store.release(lease)
        await store.close()
        #expect(try await keys() == ["parley:fence"])
    }

    @Test func areGoneThoughRasaBringsThemBack() async throws {
        let store = store("w1", LeaseSettings(pollInterval: .seconds(60), returnCheck: .seconds(3)))
        let other: JSON = ["number": 1, "expires": 33333333333.5]
        var returned: ContinuousClock.Instant
        // A loaded machine may be so slow that the ticket is looked for before it is there again; then once more.
        repeat {
            _ = try await spy.send(["DEL", "lock:c"])
            let lease = try await store.acquire("c")
            let text = try await spy.send(["GET", "lock:c"]).string ?? ""
            let mine = try JSON(parsing: try JSON(parsing: text)["tickets"]?.array?.first?.string ?? "")
            // Rasa has read the queue, adds its own ticket, and writes what it understood after the lease was given
            // back.
            let kept = JSON.object(["number": mine["number"] ?? .null, "expires": mine["expires"] ?? .null])
            let queue: JSON = [
                "conversation_id": "c", "tickets": [.string(kept.text()), .string(other.text())],
            ]
            returned = .now
            await store.release(lease)
            try await awaitQueue("c", 0)
            _ = try await spy.send(["SET", "lock:c", .text(queue.text())])
        } while ContinuousClock.now - returned > .seconds(2)
        try await awaitQueue("c", 1)
        let rest = try JSON(parsing: try await spy.send(["GET", "lock:c"]).bytes ?? [])["tickets"]?.array
        #expect(rest == [.string(other.text())])
        await store.close()
    }

    @Test func areTakenAgainWhenTheQueueVanishes() async throws {
        let (one, two) = (store("w1"), store("w2", LeaseSettings(pollInterval: .milliseconds(20))))
        let first = try await one.acquire("c")
        async let waiting = two.acquire("c")
        try await awaitQueue("c", 2)
        _ = try await spy.send(["DEL", "lock:c"])
        let second = try await waiting
        #expect(second.fence > first.fence)
        await two.release(second)
        await one.release(first)
        await one.close()
        await two.close()
        #expect(try await keys() == ["parley:fence"])
    }

    @Test func areGivenInTheOrderOfArrivalOverTwoWorkers() async throws {
        let stores = [store("w1"), store("w2")]
        let order = Record()
        try await withThrowingTaskGroup { group in
            for number in 0..<40 {
                group.addTask {
                    try await stores[number % 2].withLease(of: "c") { lease in
                        order.note(number)
                        #expect(stores[number % 2].isHeld(lease))
                        try await Task.sleep(for: .milliseconds(1))
                    }
                }
                // The first turns end meanwhile; the queue is watched by its last number instead of its length.
                try await awaitTicket(number)
            }
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<40))
        for store in stores { await store.close() }
        #expect(try await keys() == ["parley:fence"])
    }

    /// Waits until the take of the nth message has been executed: each gives out one fence.
    private func awaitTicket(_ number: Int) async throws {
        let isTaken = try await eventually {
            let calls = try await spy.send(["INFO", "commandstats"]).string ?? ""
            let takes = calls.split(whereSeparator: \.isNewline).first { $0.contains("cmdstat_sadd:") } ?? ""
            let count = takes.split(separator: "=").dropFirst().first?.prefix { $0.isNumber } ?? "0"
            return Int(count) ?? 0 > number
        }
        #expect(isTaken)
    }

    @Test func ofADeadWorkerAreReleasedAtOnce() async throws {
        let (dead, alive) = (store("w1"), store("w2"))
        _ = try await dead.acquire("c")
        _ = try await dead.acquire("d")
        async let waiting = alive.acquire("c")
        try await awaitQueue("c", 2)
        try await alive.releaseAll(owner: "w1")
        let lease = try await waiting
        await alive.release(lease)
        let error = await #expect(throws: LeaseError.self) { try await dead.acquire("e") }
        #expect(error?.message.contains("dead") == true)
        await alive.close()
        await dead.close()
        #expect(try await keys() == ["parley:fence", "parley:owner:w1"])
    }

    @Test func areNotGivenToWhoWasCancelled() async throws {
        let store = store("w1")
        let first = try await store.acquire("c")
        let waiting = Task { try await store.acquire("c") }
        try await awaitQueue("c", 2)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await awaitQueue("c", 1)
        await store.release(first)
        await store.close()
    }

    @Test func areRenewedAsLongAsTheTurnRuns() async throws {
        let lifetime = 8.0
        let settings = LeaseSettings(lifetime: .seconds(lifetime), pollInterval: .milliseconds(50))
        let (one, two) = (store("w1", settings), store("w2", settings))
        let first = try await one.acquire("c")
        let end = try await expiry("c")
        async let waiting = two.acquire("c")
        // Renewed at a time at which it would have run out.
        #expect(try await eventually { try await expiry("c") >= end + lifetime })
        #expect(one.isHeld(first))
        await one.release(first)
        let second = try await waiting
        #expect(second.ticket == 1)
        await two.release(second)
        await one.close()
        await two.close()
    }

    @Test func areNotHeldOnceTheyMayHaveRunOut() async throws {
        let settings = LeaseSettings(lifetime: .milliseconds(300), pollInterval: .milliseconds(50))
        let store = store("w1", settings)
        let lease = try await store.acquire("c")
        server.pause()
        #expect(eventually { !store.isHeld(lease) })
        server.resume()
        await store.release(lease)
        await store.close()
    }

    @Test func outliveARestartOfRedis() async throws {
        let store = store("w1", LeaseSettings(pollInterval: .milliseconds(50)))
        let first = try await store.acquire("c")
        async let waiting = store.acquire("c")
        try await awaitQueue("c", 2)
        server.stop()
        try server.start()
        // The running turn puts its ticket back, the waiting message takes a new one behind it.
        try await awaitQueue("c", 2)
        #expect(store.isHeld(first))
        await store.release(first)
        let second = try await waiting
        #expect(second.fence > first.fence)
        await store.release(second)
        await store.close()
    }

    @Test func areRefusedWhileRedisIsAway() async throws {
        server.stop()
        var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, database: 1)
        configuration.patience = .seconds(1)
        let store = RedisLeaseStore(configuration, owner: "w1", eventLoop: loop)
        let error = await #expect(throws: LeaseError.self) { try await store.acquire("c") }
        #expect(error?.code == .storeUnreachable)
        #expect(error?.message.contains("cannot be reached") == true)
        await store.close()
    }
}
