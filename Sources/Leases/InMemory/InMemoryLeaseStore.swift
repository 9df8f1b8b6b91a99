import ExactText
import Synchronization

/// Leases within one process, first come first served: what Rasa calls the in-memory lock store. With it there is one
/// worker only.
package final class InMemoryLeaseStore: LeaseStore {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Lease, any Error>
    }

    private struct TicketQueue {
        var held: Lease
        var waiters: [Waiter] = []
    }

    private struct State {
        var queues: [ExactString: TicketQueue] = [:]
        /// Calls that have no place yet; one that is cancelled before it has is taken out.
        var arriving: Set<Int> = []
        var lastWaiter = 0
        var lastFence = 0

        mutating func lease(_ conversation: String, ticket: Int) -> Lease {
            lastFence = max(lastFence + 1, LeaseClock.since1970())
            return Lease(conversation: conversation, ticket: ticket, fence: lastFence)
        }
    }

    private let state = Mutex(State())
    private let waitingLimit: Int

    /// - Parameter settings: Only the limit of waiting messages counts; nothing runs out within one process.
    package init(_ settings: LeaseSettings = LeaseSettings()) {
        waitingLimit = settings.waitingLimit
    }

    /// Takes a place in the queue at once and waits until it is first.
    ///
    /// - Throws: ``LeaseError`` with `.tooManyWaiting`, or `CancellationError` where the task was cancelled meanwhile.
    package func acquire(_ conversation: String) async throws -> Lease {
        let number = state.withLock { state in
            state.lastWaiter += 1
            state.arriving.insert(state.lastWaiter)
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(number: number, continuation: continuation), conversation)
            }
        } onCancel: {
            cancel(number, conversation)
        }
    }

    package func isHeld(_ lease: Lease) -> Bool {
        state.withLock { $0.queues[lease.conversation]?.held == lease }
    }

    /// Ends the lease; the next in the queue has the conversation before this returns.
    package func release(_ lease: Lease) async {
        let next: (CheckedContinuation<Lease, any Error>, Lease)? = state.withLock { state in
            guard var queue = state.queues[lease.conversation], queue.held == lease else { return nil }
            guard !queue.waiters.isEmpty else {
                state.queues[lease.conversation] = nil
                return nil
            }
            let waiter = queue.waiters.removeFirst()
            queue.held = state.lease(lease.conversation, ticket: lease.ticket + 1)
            state.queues[lease.conversation] = queue
            return (waiter.continuation, queue.held)
        }
        if let (continuation, lease) = next { continuation.resume(returning: lease) }
    }

    package func close() async {}

    private func enqueue(_ waiter: Waiter, _ conversation: String) {
        let result: Result<Lease, any Error>? = state.withLock { state in
            guard state.arriving.remove(waiter.number) != nil else { return .failure(CancellationError()) }
            guard var queue = state.queues[conversation] else {
                let lease = state.lease(conversation, ticket: 0)
                state.queues[conversation] = TicketQueue(held: lease)
                return .success(lease)
            }
            guard queue.waiters.count + 1 < waitingLimit else {
                return .failure(
                    LeaseError(
                        .tooManyWaiting,
                        "\(queue.waiters.count + 1) messages of this conversation are waiting already, "
                            + "as many as allowed"))
            }
            queue.waiters.append(waiter)
            state.queues[conversation] = queue
            return nil
        }
        if let result { waiter.continuation.resume(with: result) }
    }

    private func cancel(_ number: Int, _ conversation: String) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.queues[conversation]?.waiters.firstIndex(where: { $0.number == number }) else {
                state.arriving.remove(number)
                return nil
            }
            return state.queues[conversation]?.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
