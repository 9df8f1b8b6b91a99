import ExactText
import Leases
import Stores
import Synchronization

/// A conversation whose turn has come.
struct HeldConversation: Sendable {
    let lease: Lease
    /// What was read while the lease was taken; nil where that says nothing.
    var ahead: EarlyRead?
}

/// What the store answered to a read that went out right behind the request for the lease.
struct EarlyRead: Sendable {
    /// Since when the store was asked for changes; at the start it was asked for the last session.
    let position: Revision
    let changes: StoredChanges
}

/// Lets a read start when the lease's ticket has been asked for, and not before.
final class Gate: Sendable {
    private enum State {
        case closed
        case awaited(CheckedContinuation<Void, Never>)
        case open
    }

    private let state = Mutex(State.closed)

    /// Lets go who waits, and who will. May be called more than once.
    func open() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .open }
            guard case .awaited(let continuation) = state else { return nil }
            return continuation
        }
        waiting?.resume()
    }

    /// Returns when the gate is open. For one task alone.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if case .open = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// The conversations that this worker is at, with how many messages each.
final class ConversationsAtWork: Sendable {
    private let counts = Mutex<[ExactString: Int]>([:])

    /// - Returns: Whether it is the only message of its conversation. What others read ahead would be old when their
    ///   turn comes.
    func begin(_ conversation: String) -> Bool {
        counts.withLock { counts in
            counts[conversation, default: 0] += 1
            return counts[conversation] == 1
        }
    }

    func end(_ conversation: String) {
        counts.withLock { counts in
            let left = (counts[conversation] ?? 1) - 1
            counts[conversation] = left > 0 ? left : nil
        }
    }
}

extension Conversations {
    /// Takes the lease and reads the conversation in one round trip, where nobody else is at it.
    func takeAndRead(_ conversation: String) async throws -> HeldConversation {
        let position = warm.position(of: conversation) ?? .start
        let gate = Gate()
        async let changes = changesBehind(gate, to: conversation, since: position)
        // The read waits for the gate, so it must open whatever becomes of the lease.
        defer { gate.open() }
        var held = HeldConversation(lease: try await leases.acquire(conversation) { gate.open() })
        // Others may have changed the conversation while this one waited. A failed read is tried again by the turn.
        if held.lease.isImmediate, let changes = try? await changes {
            held.ahead = EarlyRead(position: position, changes: changes)
        }
        return held
    }

    private func changesBehind(
        _ gate: Gate, to conversation: String, since position: Revision
    ) async throws -> StoredChanges {
        await gate.pass()
        guard position != .start else { return .other(try await stores.lastSession(of: conversation)) }
        return try await stores.changes(to: conversation, since: position)
    }
}
