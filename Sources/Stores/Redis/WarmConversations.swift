internal import Dialogue
internal import Synchronization

/// The conversations that a worker has read last, so that a turn reads only what others have added since. Every use is
/// checked against Redis by the mark, so nothing old is ever taken for true.
final class WarmConversations: Sendable {
    struct Entry {
        var events: [Event]
        var bodyLength: Int
        var mark: String
        fileprivate var lastUse = 0
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var clock = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: How many bytes of stored text the entries may stand for.
    init(limit: Int) { self.limit = limit }

    func entry(for conversation: String) -> Entry? {
        state.withLock { $0.entries[conversation] }
    }

    func keep(_ conversation: String, events: [Event], bodyLength: Int, mark: String) {
        state.withLock { state in
            remove(conversation, &state)
            guard bodyLength <= limit else { return }
            state.clock += 1
            state.entries[conversation] = Entry(
                events: events, bodyLength: bodyLength, mark: mark, lastUse: state.clock)
            state.bytes += bodyLength
            if state.bytes > limit { shrink(&state) }
        }
    }

    func forget(_ conversation: String) {
        state.withLock { remove(conversation, &$0) }
    }

    private func remove(_ conversation: String, _ state: inout State) {
        guard let old = state.entries.removeValue(forKey: conversation) else { return }
        state.bytes -= old.bodyLength
    }

    /// Drops the longest unused down to half, so that dropping is rare.
    private func shrink(_ state: inout State) {
        for (conversation, _) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard state.bytes > limit / 2 else { return }
            remove(conversation, &state)
        }
    }
}
