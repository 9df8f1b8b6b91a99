import EventLoops
import ExactText
import HTTPServer
import NIOCore
import Synchronization

/// Work that goes on after its request was answered: so much of it at a time as the worker takes requests. A worker
/// that ends waits for it.
///
/// Its tasks have ``LoopTaskExecutor/backgroundPriority``, so that they do not hold up whoever waits for a response.
package final class BackgroundWork: Sendable {
    /// How much of it there may be at a time.
    package struct Limits: Sendable, Hashable {
        /// Pieces of work.
        package var count: Int
        /// Bytes of the messages that they are about.
        package var bytes: Int
        /// Pieces of work of one conversation.
        package var perConversation: Int

        package init(count: Int = 5000, bytes: Int = 400_000_000, perConversation: Int = 1000) {
            self.count = count
            self.bytes = bytes
            self.perConversation = perConversation
        }
    }

    struct Subject: Sendable, Hashable {
        let conversation: String
        let bytes: Int
    }

    /// Whoever waits for room is woken this often for each piece of work that ends: some may wait for a conversation
    /// that is busy.
    private static let wakesAtOnce = 8

    let executor: LoopTaskExecutor
    private let limits: Limits
    private let state = Mutex(State())

    private struct State {
        var running = 0
        var bytes = 0
        var conversations: [ExactString: Int] = [:]
        var waitingForRoom = CircularBuffer<@Sendable () -> Void>()
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    init(executor: LoopTaskExecutor, limits: Limits = Limits()) {
        self.executor = executor
        self.limits = limits
    }

    package var count: Int { state.withLock(\.running) }

    /// Begins some work, if there is room. One piece always has room, however long its message.
    ///
    /// - Returns: Whether it was begun.
    func begin(_ subject: Subject, _ work: @escaping @Sendable () async -> Void) -> Bool {
        let hasRoom = state.withLock { state in
            let inConversation = state.conversations[subject.conversation] ?? 0
            guard
                state.running == 0
                    || state.running < limits.count && state.bytes + subject.bytes <= limits.bytes
                        && inConversation < limits.perConversation
            else { return false }
            state.running += 1
            state.bytes += subject.bytes
            state.conversations[subject.conversation] = inConversation + 1
            return true
        }
        guard hasRoom else { return false }
        start(work) { state in
            state.bytes -= subject.bytes
            let left = (state.conversations[subject.conversation] ?? 1) - 1
            state.conversations[subject.conversation] = left > 0 ? left : nil
        }
        return true
    }

    /// Begins some work that its maker bounds.
    package func run(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.running += 1 }
        start(work) { _ in }
    }

    /// Calls back on the loop when there may be room again, once; whoever finds none has to ask again.
    package func whenRoom(_ wake: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            if state.running > 0 { state.waitingForRoom.append(wake) }
            return state.running == 0
        }
        if isIdle { executor.loop.execute(wake) }
    }

    /// Returns when nothing runs any more, or the time is over.
    package func finish(within patience: Duration) async {
        let timer = executor.loop.scheduleTask(in: TimeAmount(patience)) { self.release() }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.running > 0 { state.waitingForEnd.append(continuation) }
                return state.running == 0
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
    }

    private func start(
        _ work: @escaping @Sendable () async -> Void, _ giveBack: @escaping @Sendable (inout State) -> Void
    ) {
        Task(executorPreference: executor, priority: LoopTaskExecutor.backgroundPriority) {
            await work()
            self.ended(giveBack)
        }
    }

    private func ended(_ giveBack: @Sendable (inout State) -> Void) {
        let woken = state.withLock { state in
            state.running -= 1
            giveBack(&state)
            let count = min(Self.wakesAtOnce, state.waitingForRoom.count)
            let woken = Array(state.waitingForRoom.prefix(count))
            state.waitingForRoom.removeFirst(count)
            return woken
        }
        for wake in woken { wake() }
        if count == 0 { release() }
    }

    private func release() {
        let waiting = state.withLock { state in
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }
}
