import Dialogue
import ExactText
import JSON
import Logging
public import Stores

/// The reminders of all conversations: events of a turn schedule them, and they are triggered when their time has come.
public struct Reminders: Sendable {
    /// How late a reminder may be scheduled, in seconds: one for a time that is over was never meant to be triggered.
    private static let tolerance = 1.0

    let store: any ReminderStore
    private let scheduled: @Sendable (Double) -> Void
    private let logger = Logger(label: "parley.reminders")

    /// Reminders that this store keeps.
    ///
    /// - Parameter scheduled: Told the time of every new reminder, in seconds since 1970.
    public init(store: any ReminderStore, scheduled: @escaping @Sendable (Double) -> Void) {
        self.store = store
        self.scheduled = scheduled
    }

    /// Lets the reminders among these events wait, and takes back what they take back.
    func take(_ events: [Event], of tracker: Tracker) async {
        for event in events {
            do {
                switch event.body {
                case .reminder(let reminder): try await schedule(reminder, tracker)
                case .cancelReminder(let cancellation):
                    try await store.cancel(cancellation, of: tracker.senderID)
                default: continue
                }
            } catch {
                logger.error(
                    "A reminder could not be stored or taken back.",
                    metadata: ["conversation": "\(tracker.senderID)", "error": "\(error)"])
            }
        }
    }

    private func schedule(_ reminder: ReminderScheduled, _ tracker: Tracker) async throws {
        guard let due = reminder.due, due > WallClock.now() - Self.tolerance else {
            logger.warning(
                "A reminder is not scheduled: its time is over, or no time at all.",
                metadata: ["conversation": "\(tracker.senderID)", "time": "\(reminder.dateTime)"])
            return
        }
        try await store.schedule(
            ScheduledReminder(
                id: RandomID.hex(), conversation: tracker.senderID, channel: tracker.latestInputChannel, due: due,
                reminder: reminder))
        scheduled(due)
    }
}

extension Conversations {
    /// Triggers the reminders whose time has come.
    ///
    /// - Parameter replies: Where the replies to a conversation go that belongs to this channel.
    /// - Returns: The time of the next reminder, in seconds since 1970; nil where there is none.
    /// - Throws: `StoreError` when the reminders cannot be had. A reminder whose turn fails is tried again later.
    public func triggerReminders(replies: @Sendable (String?) -> any ReplySink) async throws -> Double? {
        guard let reminders, assistant.current != nil else { return nil }
        let claimed = try await reminders.store.claim()
        for waiting in claimed.due {
            do {
                let sink = replies(waiting.channel)
                try await withConversation(waiting.conversation) { assistant, held in
                    try await update(held, of: assistant) { tracker, memory in
                        try await assistant.turn(CollectingSink(), memory, reminders).beginSessionIfNeeded(&tracker)
                        guard waiting.isValid(in: tracker) else { return }
                        try await assistant.turn(sink, memory, reminders).trigger(
                            waiting.reminder.intent ?? "", waiting.reminder.entities, &tracker, id: waiting.id)
                    }
                }
                try await reminders.store.complete(waiting)
            } catch {
                logger.error(
                    "A reminder could not be triggered; it is tried again later.",
                    metadata: ["conversation": "\(waiting.conversation)", "error": "\(error)"])
            }
        }
        return claimed.next
    }
}

extension ScheduledReminder {
    /// Whether the conversation still waits for it: it was not triggered, nor left behind by a restart or a new session,
    /// nor, where that matters, by a message from the user.
    fileprivate func isValid(in tracker: Tracker) -> Bool {
        let isThis = { (event: Event) in
            if case .reminder(let scheduled) = event.body { scheduled.name.exact == reminder.name.exact } else { false }
        }
        guard !tracker.events.contains(where: { $0.user?.messageID?.exact == id.exact }),
            tracker.lastAppliedEvent(where: isThis) != nil
        else { return false }
        guard reminder.killOnUserMessage == true, let place = tracker.events.lastIndex(where: isThis) else {
            return true
        }
        return !tracker.events[place...].contains { !($0.user?.text ?? "").isEmpty }
    }
}
