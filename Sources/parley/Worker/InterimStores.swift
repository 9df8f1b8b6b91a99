import Dialogue
import Leases
import Stores
import Synchronization

/// Conversations in memory, until the store of that kind lands in `Stores`.
final class InterimTrackers: TrackerStore {
    private let conversations = Mutex<[String: [Event]]>([:])

    func load(_ conversation: String) async throws -> StoredConversation? {
        conversations.withLock { $0[conversation] }.map {
            StoredConversation(events: $0, position: StorePosition(length: $0.count, mark: ""))
        }
    }

    func append(
        _ events: [Event], to conversation: String, after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        conversations.withLock { $0[conversation, default: []] += events }
        return StorePosition(length: position.length + events.count, mark: "")
    }

    func replace(
        _ conversation: String, with events: [Event], after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        conversations.withLock { $0[conversation] = events }
        return StorePosition(length: events.count, mark: "")
    }

    func close() async {}
}

/// Leases in memory, until the store of that kind lands in `Leases`.
final class InterimLeases: LeaseStore {
    private struct State {
        var fence = 0
        var queues: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())

    func acquire(_ conversation: String) async throws -> Lease {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                let isFirst = state.queues[conversation] == nil
                state.queues[conversation, default: []] += isFirst ? [] : [continuation]
                return isFirst
            }
            if isFirst { continuation.resume() }
        }
        let fence = state.withLock { state in
            state.fence += 1
            return state.fence
        }
        return Lease(conversation: conversation, ticket: fence, fence: fence)
    }

    func isHeld(_ lease: Lease) -> Bool { true }

    func release(_ lease: Lease) async {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let queue = state.queues[lease.conversation], let next = queue.first else {
                state.queues[lease.conversation] = nil
                return nil
            }
            state.queues[lease.conversation] = Array(queue.dropFirst())
            return next
        }
        next?.resume()
    }

    func close() async {}
}
