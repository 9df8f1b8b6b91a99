import Synchronization

/// Lets tasks read one after another what may take much memory, in the order in which they came.
final class ReadingLane: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let room: MemoryRoom
    private let patience: Duration
    private let state = Mutex(State())

    /// How long a reader waits before it looks for room again.
    private static let pause = Duration.milliseconds(10)

    /// - Parameter patience: How long a reader waits at most for room, from its coming.
    init(_ room: MemoryRoom, patience: Duration) { (self.room, self.patience) = (room, patience) }

    /// - Throws: ``OffloadError`` with `.busy` where there is no room in time; what `read` throws.
    func read<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ read: () async throws -> Result
    ) async throws -> Result {
        let end = ContinuousClock.now + patience
        await enter()
        defer { leave() }
        while !room.isThere {
            guard ContinuousClock.now < end else { throw OffloadError(.busy) }
            try await Task.sleep(for: Self.pause)
        }
        return try await read()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
