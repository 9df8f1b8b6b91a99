import JSON
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Leases

@Suite("Long queues in Redis", .enabled(if: RedisServer.isInstalled, "needs redis-server"), .timeLimit(.minutes(10)))
struct LongQueueTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let server: RedisServer
    private let spy: RedisClient

    init() throws {
        server = try RedisServer()
        spy = RedisClient(RedisConfiguration(host: "127.0.0.1", port: server.port, database: 1), eventLoop: loop)
    }

    private func store(_ owner: String, limit: Int = 1000, pollInterval: Duration = .seconds(60)) -> RedisLeaseStore {
        RedisLeaseStore(
            RedisConfiguration(host: "127.0.0.1", port: server.port, database: 1), owner: owner,
            settings: LeaseSettings(waitingLimit: limit, pollInterval: pollInterval), eventLoop: loop)
    }

    private func tickets() async throws -> [JSON] {
        let value = try await spy.send(["GET", "lock:c"]).bytes
        return try value.map { try JSON(parsing: $0)["tickets"]?.array ?? [] }?.map {
            try JSON(parsing: try #require($0.string))
        } ?? []
    }

    private func awaitTickets(_ count: Int) async throws {
        while try await tickets().count != count { await Task.yield() }
    }

    /// Begins turns that note their numbers, each with its ticket before the next.
    private func begin(
        _ numbers: Range<Int>, _ stores: [RedisLeaseStore], _ order: Record,
        in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws {
        let before = try await tickets().count
        for number in numbers {
            group.addTask {
                try await stores[number % stores.count].withLease(of: "c") { _ in order.note(number) }
            }
            try await awaitTickets(before + number - numbers.lowerBound + 1)
        }
    }

    @Test("are what Rasa reads, with numbers in order and none lost, and leave nothing behind")
    func form() async throws {
        let (first, stores, order) = (store("w0"), [store("w1"), store("w2")], Record())
        let lease = try await first.acquire("c")
        try await withThrowingTaskGroup { group in
            try await begin(0..<30, stores, order, in: &group)
            let tickets = try await tickets()
            #expect(tickets.compactMap { $0["number"]?.int } == Array(0...30))
            #expect(tickets.dropFirst().compactMap { $0["owner"]?.string } == (0..<30).map { "w\($0 % 2 + 1)" })
            #expect(try await spy.send(["EXISTS", "parley:queue:c"]).int == 1)
            let lifetimes = try await [spy.send(["PTTL", "lock:c"]), spy.send(["PTTL", "parley:queue:c"])]
            #expect(lifetimes.allSatisfy { $0.int ?? 0 > 30_000 })
            await first.release(lease)
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<30))
        for store in [first] + stores { await store.close() }
        #expect(try await spy.send(["KEYS", "*"]).array?.compactMap(\.string) == ["parley:fence"])
    }

    @Test("go on in order though Rasa writes them as it understands them")
    func rewritten() async throws {
        let (first, order) = (store("w0", pollInterval: .milliseconds(50)), Record())
        let stores = [store("w1", pollInterval: .milliseconds(50)), store("w2", pollInterval: .milliseconds(50))]
        let lease = try await first.acquire("c")
        try await withThrowingTaskGroup { group in
            try await begin(0..<12, stores, order, in: &group)
            let kept = try await tickets().map { ticket -> JSON in
                .string(
                    JSON.object(["number": ticket["number"] ?? .null, "expires": ticket["expires"] ?? .null]).text(
                        .python))
            }
            let text = JSON.object(["conversation_id": "c", "tickets": .array(kept)]).text(.python)
            _ = try await spy.send(["SET", "lock:c", .text(text)])
            try await begin(12..<20, stores, order, in: &group)
            await first.release(lease)
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<20))
        for store in [first] + stores { await store.close() }
    }

    @Test("one that waits in the middle can leave")
    func cancelled() async throws {
        let (store, order) = (store("w1"), Record())
        let lease = try await store.acquire("c")
        try await withThrowingTaskGroup { group in
            try await begin(0..<5, [store], order, in: &group)
            let leaving = Task { try await store.acquire("c") }
            try await awaitTickets(7)
            try await begin(5..<10, [store], order, in: &group)
            leaving.cancel()
            await #expect(throws: CancellationError.self) { try await leaving.value }
            try await awaitTickets(11)
            await store.release(lease)
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<10))
        await store.close()
        #expect(try await spy.send(["KEYS", "*"]).array?.compactMap(\.string) == ["parley:fence"])
    }

    @Test("a full one refuses, mostly without asking Redis")
    func full() async throws {
        let (one, two) = (store("w1", limit: 10), store("w2", limit: 10))
        let lease = try await one.acquire("c")
        try await withThrowingTaskGroup { group in
            try await begin(0..<9, [one], Record(), in: &group)
            let asked = one.client.commandCount
            let error = await #expect(throws: LeaseError.self) { try await one.acquire("c") }
            #expect(error?.code == .tooManyWaiting)
            #expect(error?.message.contains("10 messages") == true)
            #expect(one.client.commandCount == asked)
            // Another worker has to ask.
            let other = await #expect(throws: LeaseError.self) { try await two.acquire("c") }
            #expect(other == error)
            await one.release(lease)
            try await group.waitForAll()
        }
        await one.close()
        await two.close()
    }

    @Test("a worker believes for a moment that a queue is full")
    func believed() {
        var machine = LeaseMachine(LeaseMachine.Settings(lifetime: 1000, pollInterval: 100, fullTime: 50))
        let (waiter, actions) = machine.acquire("c", at: 0)
        guard case .send(let take)? = actions.first else {
            Issue.record("nothing was asked for")
            return
        }
        let refused = LeaseMachine.tooMany(8)
        #expect(machine.completed(take, .full(waiting: 8), at: 10) == [.fail(waiter: waiter, refused)])
        #expect(machine.acquire("c", at: 59).actions == [.fail(waiter: waiter + 1, refused)])
        guard case .send? = machine.acquire("d", at: 59).actions.first,
            case .send? = machine.acquire("c", at: 60).actions.first
        else {
            Issue.record("it believes it for too long, or of others")
            return
        }
    }
}
