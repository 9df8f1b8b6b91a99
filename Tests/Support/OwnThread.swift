import Foundation
import Synchronization
package import Testing

/// Runs each test, and each case of it, on a thread of its own, some of them at a time.
///
/// Swift Testing runs tests on as many threads as the machine has cores. A test that blocks, which is what those of
/// whole servers do nearly all the time, would keep a core idle.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    /// How many tests run at a time: more than there are cores, as most of them wait; not all, as each has servers.
    private static let places = Places(max(4, 3 * ProcessInfo.processInfo.activeProcessorCount))

    /// Whether its tests get the places that become free before others do: what takes longest is not to be the last.
    let goesFirst: Bool

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.places.take(goesFirst: goesFirst)
        defer { Self.places.leave() }
        try await withTaskExecutorPreference(ThreadExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    /// Each test of the suite has a thread of its own.
    package static var ownThread: OwnThread { OwnThread(goesFirst: false) }

    /// The same for tests that take longer than most.
    package static var ownThreadFirst: OwnThread { OwnThread(goesFirst: true) }
}

/// Runs whatever is enqueued at once, each on a new thread: a job may block.
private final class ThreadExecutor: TaskExecutor {
    static let shared = ThreadExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Places that tasks take one after the other, in the order in which they asked but for those that go first.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many of those that wait go first.
        var first = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take(goesFirst: Bool) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.insert(continuation, at: goesFirst ? state.first : state.waiting.count)
                    if goesFirst { state.first += 1 }
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            state.first = max(0, state.first - 1)
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
