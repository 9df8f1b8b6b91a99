import EventLoops
import Synchronization

/// Work of a worker that goes on after its requests were answered, and for which a worker that retires waits.
final class LaterWork: Sendable {
    private struct State {
        var running = 0
        var isGivenUp = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let executor: LoopTaskExecutor
    private let state = Mutex(State())

    init(executor: LoopTaskExecutor) {
        self.executor = executor
    }

    /// Begins some work.
    func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.running += 1 }
        Task(executorPreference: executor) { [self] in
            await work()
            resume { $0.running -= 1 }
        }
    }

    /// Returns when nothing runs any more, or it was given up.
    func end() async {
        await withCheckedContinuation { continuation in
            resume { $0.waiting.append(continuation) }
        }
    }

    /// Lets nobody wait any longer.
    func giveUp() {
        resume { $0.isGivenUp = true }
    }

    private func resume(after change: (inout sending State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            guard state.running == 0 || state.isGivenUp else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in woken { continuation.resume() }
    }
}
