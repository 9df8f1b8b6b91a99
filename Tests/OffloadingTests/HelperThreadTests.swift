import Synchronization
import Testing

@testable import Offloading

@Suite("A helper thread computes what is long")
struct HelperThreadTests {
    /// Something that one side opens and the other waits for.
    private final class Gate: Sendable {
        private let isOpen = Atomic(false)
        func open() { isOpen.store(true, ordering: .releasing) }
        /// Waits without keeping a thread.
        func opened() async {
            while !isOpen.load(ordering: .acquiring) { await Task.yield() }
        }
        /// Computes until it is open, as a long computation does.
        func compute(_ step: () -> Void = {}) {
            while !isOpen.load(ordering: .acquiring) { step() }
        }
    }

    @Test("Results and errors come back")
    func results() async throws {
        let helper = HelperThread()
        defer { helper.end() }
        #expect(try await helper.run { 6 * 7 } == 42)
        await #expect(throws: CancellationError.self) { try await helper.run { throw CancellationError() } }
    }

    @Test("More than may wait is refused")
    func full() async throws {
        var limits = HelperThread.Limits()
        limits.waiting = 1
        let helper = HelperThread(limits: limits)
        defer { helper.end() }
        let (begun, gate) = (Gate(), Gate())
        async let first: Void = helper.run {
            begun.open()
            gate.compute()
        }
        await begun.opened()
        async let second = helper.run { 2 }
        while helper.waiting == 0 { await Task.yield() }
        await #expect(throws: OffloadError(.busy)) { try await helper.run { 3 } }
        // The end of what has happened is never refused.
        async let end = helper.finish { 4 }
        while helper.waiting < 2 { await Task.yield() }
        gate.open()
        try await first
        #expect(try await second == 2)
        #expect(await end == 4)
    }

    @Test("A short job goes before the rest of a long one, which comes to its end")
    func fairness() async throws {
        var limits = HelperThread.Limits()
        limits.share = .milliseconds(1)
        let helper = HelperThread(limits: limits)
        defer { helper.end() }
        let (begun, gate) = (Gate(), Gate())
        async let long = helper.run {
            begun.open()
            gate.compute { Checkpoint.yield() }
            return "long"
        }
        await begun.opened()
        // The long one ends only after the short one has ended.
        #expect(try await helper.run { "short" } == "short")
        gate.open()
        #expect(try await long == "long")
    }

    @Test("A job that takes too long is ended, and the next one runs")
    func tooLong() async throws {
        var limits = HelperThread.Limits()
        limits.time = .milliseconds(5)
        let helper = HelperThread(limits: limits)
        defer { helper.end() }
        await #expect(throws: OffloadError(.tookTooLong)) {
            try await helper.run { while true { try Checkpoint.pass() } }
        }
        #expect(try await helper.run { 1 } == 1)
    }

    @Test("A job that nobody waits for is ended")
    func cancelled() async throws {
        let helper = HelperThread()
        defer { helper.end() }
        let begun = Gate()
        let task = Task {
            try await helper.run {
                begun.open()
                while true { try Checkpoint.pass() }
            }
        }
        await begun.opened()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("What is released is freed by the helper, after its owner let go of it")
    func release() async throws {
        final class Value: Sendable {
            let freed: @Sendable () -> Void
            init(_ freed: @escaping @Sendable () -> Void) { self.freed = freed }
            deinit { freed() }
        }
        let helper = HelperThread()
        defer { helper.end() }
        await withCheckedContinuation { continuation in
            helper.release(Value { continuation.resume() })
        }
    }

    @Test("After its end a helper refuses what can be refused, and the rest is computed at once")
    func end() async {
        let helper = HelperThread()
        helper.end()
        await #expect(throws: OffloadError.self) { try await helper.run { 1 } }
        #expect(await helper.finish { 2 } == 2)
    }

    @Test("Elsewhere a checkpoint does nothing, and everything is computed at once")
    func inline() async throws {
        try Checkpoint.pass()
        Checkpoint.yield()
        #expect(try await InlineOffload().run { 1 } == 1)
    }

    @Test("Memory is used again, but by one computation at a time")
    func pool() {
        final class Item { var uses = 0 }
        let pool = ReusePool { Item() }
        pool.use { $0.uses += 1 }
        pool.use { first in
            #expect(first.uses == 1)
            pool.use { #expect($0.uses == 0) }
        }
    }
}
