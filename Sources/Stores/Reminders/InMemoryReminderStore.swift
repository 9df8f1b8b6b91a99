package import Dialogue
import ExactText
import Synchronization
import System

/// Keeps reminders in the worker, lost with it: as Rasa does, and right where conversations live there too.
package final class InMemoryReminderStore: ReminderStore {
    private struct Key: Hashable {
        let conversation: ExactString
        let name: ExactString

        init(_ reminder: ScheduledReminder) {
            conversation = reminder.conversation.exact
            name = reminder.reminder.name.exact
        }
    }

    private struct Entry {
        let reminder: ScheduledReminder
        /// When it is to be triggered, or a claim of it runs out.
        var time: Double
    }

    private let entries = Mutex<[Key: Entry]>([:])

    package init() {}

    package func schedule(_ reminder: ScheduledReminder) {
        entries.withLock { $0[Key(reminder)] = Entry(reminder: reminder, time: reminder.due) }
    }

    package func cancel(_ cancellations: [ReminderCancelled], of conversation: String) {
        entries.withLock { entries in
            entries = entries.filter { key, entry in
                key.conversation != conversation.exact
                    || !cancellations.contains { $0.cancels(entry.reminder.reminder) }
            }
        }
    }

    package func claim() -> ClaimedReminders {
        let now = WallClock.now()
        return entries.withLock { entries in
            let due = entries.values.filter { $0.time <= now }.sorted { $0.reminder.due < $1.reminder.due }
                .prefix(ReminderClaim.maxCount).map(\.reminder)
            for reminder in due { entries[Key(reminder)]?.time = now + Double(ReminderClaim.seconds) }
            return ClaimedReminders(
                due: due, next: entries.values.map(\.time).min(), hasMore: due.count == ReminderClaim.maxCount)
        }
    }

    package func renew(_ claimed: [ScheduledReminder]) {
        let end = WallClock.now() + Double(ReminderClaim.seconds)
        entries.withLock { entries in
            for reminder in claimed where entries[Key(reminder)]?.reminder == reminder {
                entries[Key(reminder)]?.time = end
            }
        }
    }

    package func complete(_ reminder: ScheduledReminder) {
        entries.withLock { entries in
            if entries[Key(reminder)]?.reminder == reminder { entries[Key(reminder)] = nil }
        }
    }

    package func close() {}
}
