import Leases
import Testing

@Suite("Leases in memory")
struct InMemoryLeaseStoreTests {
    @Test func areGivenToOneAtATime() async throws {
        let store = InMemoryLeaseStore()
        let first = try await store.acquire("a")
        let tickets = Record()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    try await store.withLease(of: "a") { lease in
                        #expect(store.isHeld(lease))
                        tickets.note(lease.ticket)
                        await Task.yield()
                        #expect(tickets.numbers.last == lease.ticket)
                    }
                }
            }
            let other = try await store.acquire("b")
            #expect(store.isHeld(other) && store.isHeld(first))
            await store.release(other)
            await store.release(first)
            try await group.waitForAll()
        }
        #expect(tickets.numbers.count == 20)
    }

    @Test func haveFencesThatGrow() async throws {
        let store = InMemoryLeaseStore()
        let first = try await store.acquire("a")
        await store.release(first)
        let second = try await store.acquire("a")
        #expect(second.fence > first.fence)
        await store.release(first)
        #expect(store.isHeld(second))
    }

    @Test func limitTheQueue() async throws {
        let store = InMemoryLeaseStore(LeaseSettings(waitingLimit: 1))
        let first = try await store.acquire("a")
        let error = await #expect(throws: LeaseError.self) { try await store.acquire("a") }
        #expect(error?.code == .tooManyWaiting)
        await store.release(first)
    }

    @Test func areNotGivenToWhoWasCancelled() async throws {
        let store = InMemoryLeaseStore()
        let first = try await store.acquire("a")
        let waiting = Task { try await store.acquire("a") }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await store.release(first)
        let next = try await store.acquire("a")
        #expect(next.fence > first.fence)
        await store.release(next)
    }
}
