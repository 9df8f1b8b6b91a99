import Dialogue
import ExactText
import Leases
import Stores
import Synchronization

/// A tracker store in memory that can be told to fail.
final class TestStore: TrackerStore {
    struct State {
        var events: [ExactString: [Event]] = [:]
        var appends: [[Event]] = []
        var conflicts = 0
        var wholeReads = 0
    }

    let state = Mutex(State())
    let sessionBeginning: SessionBeginning

    init(sessionBeginning: SessionBeginning = .action) {
        self.sessionBeginning = sessionBeginning
    }

    func changes(to conversation: String, since position: Revision) async throws -> StoredChanges {
        state.withLock { state in
            if position == .start { state.wholeReads += 1 }
            let events = state.events[conversation]
            guard events?.count ?? 0 != position.length else { return .none }
            return .other(
                events.map { StoredConversation(events: $0, position: Revision(length: $0.count, digest: "")) })
        }
    }

    func lastSession(of conversation: String) async throws -> StoredConversation? {
        state.withLock { state in
            state.events[conversation].map {
                StoredConversation(
                    events: Array(Tracker.lastSession(of: $0)), position: Revision(length: $0.count, digest: ""))
            }
        }
    }

    func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision {
        try state.withLock { state in
            if state.conflicts > 0 {
                state.conflicts -= 1
                throw StoreError(.conflict, "another writer came first")
            }
            guard state.events[conversation]?.count ?? 0 == position.length else {
                throw StoreError(.conflict, "the position is old")
            }
            state.appends.append(events)
            state.events[conversation, default: []] += events
            return Revision(length: position.length + events.count, digest: "")
        }
    }

    func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision {
        state.withLock { state in
            state.events[conversation] = events
            return Revision(length: events.count, digest: "")
        }
    }

    func conversations() async throws -> [String] { state.withLock { $0.events.keys.map(\.string) } }

    func close() async {}
}

/// Leases that are always free, and can be lost.
final class TestLeases: LeaseStore {
    struct State {
        var fence = 0
        var held: Set<Lease> = []
        var isLost = false
    }

    let state = Mutex(State())

    func acquire(_ conversation: String) async throws -> Lease { try await acquire(conversation) {} }

    func acquire(_ conversation: String, asked: @escaping @Sendable () -> Void) async throws -> Lease {
        asked()
        return state.withLock { state in
            state.fence += 1
            let lease = Lease(
                conversation: conversation, ticket: state.fence, fence: state.fence, isImmediate: true)
            state.held.insert(lease)
            return lease
        }
    }

    func isHeld(_ lease: Lease) -> Bool {
        state.withLock { !$0.isLost && $0.held.contains(lease) }
    }

    func release(_ lease: Lease) async {
        state.withLock { _ = $0.held.remove(lease) }
    }

    func close() async {}
}
