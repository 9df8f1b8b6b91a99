public import Dialogue
internal import ExactText
internal import Synchronization

/// Keeps reminders in the worker, lost with it: as Rasa does, and right where conversations live there too.
public final class InMemoryReminderStore: ReminderStore {
    private struct Key: Hashable {
        let conversation: ExactString
        let name: ExactString
    }

    private let waiting = Mutex<[Key: ScheduledReminder]>([:])

    /// An empty store.
    public init() {}

    /// Keeps a reminder.
    public func schedule(_ reminder: ScheduledReminder) {
        let key = Key(conversation: reminder.conversation.exact, name: reminder.reminder.name.exact)
        waiting.withLock { $0[key] = reminder }
    }

    /// Takes back reminders.
    public func cancel(_ cancellation: ReminderCancelled, of conversation: String) {
        waiting.withLock { waiting in
            waiting = waiting.filter { key, waiting in
                key.conversation != conversation.exact || !cancellation.cancels(waiting.reminder)
            }
        }
    }

    /// Takes reminders whose time has come; they are forgotten at once.
    public func claim() -> ClaimedReminders {
        let now = WallClock.now()
        return waiting.withLock { waiting in
            let due = waiting.filter { $0.value.due <= now }
            for key in due.keys { waiting[key] = nil }
            return ClaimedReminders(
                due: due.values.sorted { $0.due < $1.due }, next: waiting.values.map(\.due).min())
        }
    }

    /// Nothing: a claimed reminder is forgotten.
    public func complete(_ reminder: ScheduledReminder) {}

    /// Nothing to close.
    public func close() {}
}
