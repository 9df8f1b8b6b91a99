internal import HTTPServer
internal import NIOCore
internal import Synchronization

/// Work that goes on after its request was answered. A worker that ends waits for it.
public final class BackgroundWork: Sendable {
    let executor: LoopTaskExecutor
    private let state = Mutex(State())

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    init(executor: LoopTaskExecutor) {
        self.executor = executor
    }

    /// Begins some work.
    func run(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.running += 1 }
        Task(executorPreference: executor) {
            await work()
            self.ended()
        }
    }

    /// Returns when nothing runs any more, or the time is over.
    public func finish(within patience: Duration) async {
        let timer = executor.loop.scheduleTask(in: TimeAmount(patience)) { self.release() }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.running > 0 { state.waiting.append(continuation) }
                return state.running == 0
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
    }

    private func ended() {
        let isIdle = state.withLock { state in
            state.running -= 1
            return state.running == 0
        }
        if isIdle { release() }
    }

    private func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
