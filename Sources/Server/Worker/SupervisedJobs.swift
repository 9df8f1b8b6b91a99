import Prefork
import Synchronization

/// What this worker has the supervisor do: jobs that were asked for, and how they end.
final class SupervisedJobs: Sendable {
    private enum SupervisorHarness {
        case asked(CheckedContinuation<Bool, Never>)
        case taken
        case awaited(CheckedContinuation<ProcessEnd, Never>)
        case ended(ProcessEnd)
    }

    private struct State {
        var stages: [UInt64: SupervisorHarness] = [:]
        var lastRequest: UInt64 = 0
    }

    private let context: WorkerContext
    private let state = Mutex(State())

    init(_ context: WorkerContext) { self.context = context }

    /// Has a job run.
    ///
    /// - Returns: The number to speak of it; nil where it was refused, since too many run and wait.
    func start(_ job: JobDescription) async -> UInt64? {
        let request = state.withLock { state in
            state.lastRequest += 1
            return state.lastRequest
        }
        let isTaken = await withCheckedContinuation { continuation in
            state.withLock { $0.stages[request] = .asked(continuation) }
            if !context.tell(.startJob(request: request, job)) { received(request, isTaken: false) }
        }
        return isTaken ? request : nil
    }

    /// Waits for a job's end; once for each.
    func end(of request: UInt64) async -> ProcessEnd {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state -> ProcessEnd? in
                if case .ended(let end)? = state.stages[request] {
                    state.stages[request] = nil
                    return end
                }
                state.stages[request] = .awaited(continuation)
                return nil
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    /// Ends a job that nobody waits for any more; its end is told as any other.
    func giveUp(_ request: UInt64) { context.tell(.giveUpJob(request: request)) }

    /// The supervisor's word on whether a job was taken.
    func received(_ request: UInt64, isTaken: Bool) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard case .asked(let continuation)? = state.stages[request] else { return nil }
            state.stages[request] = isTaken ? .taken : nil
            return continuation
        }
        continuation?.resume(returning: isTaken)
    }

    func ended(_ request: UInt64, _ end: ProcessEnd) {
        let continuation = state.withLock { state -> CheckedContinuation<ProcessEnd, Never>? in
            switch state.stages[request] {
            case .awaited(let continuation):
                state.stages[request] = nil
                return continuation
            case .taken:
                state.stages[request] = .ended(end)
                return nil
            case .asked, .ended, nil: return nil
            }
        }
        continuation?.resume(returning: end)
    }
}
