import Dialogue
import ExactText
import Stores
import Synchronization

/// The conversations that this worker has answered last, so that a turn costs what is new in it. Every use is checked
/// against the store's position, so nothing old is ever taken for true.
package final class WarmConversations: Sendable {
    /// It makes 4096 events of the usual size.
    package static let defaultLimit = 16 << 20

    private struct Entry {
        let conversation: WarmConversation
        let use: Int
    }

    private struct State {
        var entries: [ExactString: Entry] = [:]
        var weight = 0
        var uses = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: How many bytes all conversations together may take, about; the latest stays, however large it is.
    init(limit: Int) { self.limit = limit }

    /// Where the store stood after the last turn here.
    func position(of id: String) -> Revision? {
        state.withLock { $0.entries[id]?.conversation.position }
    }

    /// Takes a conversation out, for the one turn that may change it.
    func take(_ id: String, of assistant: Assistant) -> WarmConversation? {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return nil }
            state.weight -= entry.conversation.weight
            return entry.conversation.assistant === assistant ? entry.conversation : nil
        }
    }

    /// Puts a conversation in for the next turn.
    ///
    /// - Returns: Those that had to make room; to free them may take long.
    func keep(_ conversation: WarmConversation) -> [WarmConversation] {
        state.withLock { state in
            state.uses += 1
            let entry = Entry(conversation: conversation, use: state.uses)
            let old = state.entries.updateValue(entry, forKey: conversation.tracker.senderID.exact)
            state.weight += conversation.weight - (old?.conversation.weight ?? 0)
            return state.weight > limit ? shrink(&state) : []
        }
    }

    /// Drops all.
    ///
    /// - Returns: Those that were there; to free them may take long.
    func removeAll() -> [WarmConversation] {
        state.withLock { state in
            defer {
                state.entries = [:]
                state.weight = 0
            }
            return state.entries.values.map(\.conversation)
        }
    }

    /// Drops the longest unused down to half, so that dropping is rare.
    private func shrink(_ state: inout State) -> [WarmConversation] {
        var dropped: [WarmConversation] = []
        for (id, entry) in state.entries.sorted(by: { $0.value.use < $1.value.use }).dropLast() {
            guard state.weight > limit / 2 else { break }
            state.entries[id] = nil
            state.weight -= entry.conversation.weight
            dropped.append(entry.conversation)
        }
        return dropped
    }
}
