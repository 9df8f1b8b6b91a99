import Dialogue

extension TrackerStore {
    /// Whether a writing may have been done whose response was lost, where a second attempt met a conflict.
    ///
    /// A writing is done only on a conversation that ends at its position. So where the position is still there, what
    /// was written is the first behind it.
    func mayHold(_ events: [Event], of conversation: String, after position: Revision) async -> Bool {
        guard let changes = try? await changes(to: conversation, since: position) else { return true }
        return switch changes {
        case .none: false
        case .added(let found, _): found.starts(with: events)
        case .other(let stored): position != .start || stored?.events.starts(with: events) ?? false
        }
    }
}
