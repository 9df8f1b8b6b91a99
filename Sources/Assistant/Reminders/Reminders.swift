import Dialogue
import ExactText
import JSON
import Leases
import Logging
package import Stores
import System

/// The reminders of all conversations: events of a turn schedule them, and they are triggered when their time has come.
package struct Reminders: Sendable {
    /// How late a reminder may be scheduled, in seconds: one for a time that is over was never meant to be triggered.
    private static let tolerance = 1.0

    let store: any ReminderStore
    let lanes = ReminderLanes()
    private let scheduled: @Sendable (Double) -> Void
    private let logger = Logger(label: "parley.reminders")

    /// Reminders that this store keeps.
    ///
    /// - Parameter scheduled: Told the time of every new reminder, in seconds since 1970.
    package init(store: any ReminderStore, scheduled: @escaping @Sendable (Double) -> Void) {
        self.store = store
        self.scheduled = scheduled
    }

    /// Lets the reminders among these events wait, and takes back what they take back.
    ///
    /// - Throws: `LeaseError` where that is not done, as reminders are kept where the leases are: the turn must not be
    ///   stored, as its reminders would be lost. One that waits and whose turn is not stored is dropped at its time.
    func take(_ events: [Event], of tracker: Tracker) async throws {
        do {
            var rest = events[...]
            while let event = rest.popFirst() {
                switch event.body {
                case .reminder(let reminder): try await schedule(reminder, tracker)
                case .cancelReminder(let first):
                    var cancellations = [first]
                    while case .cancelReminder(let next)? = rest.first?.body {
                        cancellations.append(next)
                        rest.removeFirst()
                    }
                    try await store.cancel(cancellations, of: tracker.senderID)
                default: continue
                }
            }
        } catch {
            throw LeaseError(.storeUnreachable, "A reminder could not be stored or taken back: \(error)")
        }
    }

    private func schedule(_ reminder: ReminderScheduled, _ tracker: Tracker) async throws {
        guard let due = reminder.due, due > WallClock.now() - Self.tolerance else {
            logger.warning(
                "A reminder is not scheduled: its time has passed or is not a time",
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
    /// Begins to trigger the reminders whose time has come.
    ///
    /// - Parameters:
    ///   - begin: Runs something beside the caller.
    ///   - replies: Where the replies to a conversation go that belongs to this channel.
    /// - Returns: When to look again, in seconds since 1970; nil where no reminder waits.
    /// - Throws: `StoreError` when the reminders cannot be had. A reminder whose turn cannot be run is tried again
    ///   later.
    package func triggerReminders(
        begin: (@escaping @Sendable () async -> Void) -> Void,
        replies: @escaping @Sendable (String?) -> any OutputChannel
    ) async throws -> Double? {
        guard let reminders, assistant.current != nil else { return nil }
        try await reminders.store.renew(reminders.lanes.all)
        var claimed: ClaimedReminders
        repeat {
            claimed = try await reminders.store.claim()
            for waiting in claimed.due where reminders.lanes.add(waiting) == .first {
                begin { await self.trigger(from: waiting, reminders, replies) }
            }
        } while claimed.hasMore && !reminders.lanes.isFull
        return claimed.next
    }

    /// Triggers a reminder and those that wait behind it.
    private func trigger(
        from first: ScheduledReminder, _ reminders: Reminders, _ replies: @Sendable (String?) -> any OutputChannel
    ) async {
        var next: ScheduledReminder? = first
        while let waiting = next {
            await trigger(waiting, reminders, replies(waiting.channel))
            next = reminders.lanes.removeFirst(of: waiting.conversation)
        }
    }

    private func trigger(_ waiting: ScheduledReminder, _ reminders: Reminders, _ output: any OutputChannel) async {
        do {
            do {
                try await withConversation(waiting.conversation) { assistant, held in
                    try await update(held, of: assistant) { tracker, memory in
                        try await assistant.turn(CollectingOutputChannel(), memory, reminders).beginSessionIfNeeded(
                            &tracker)
                        guard waiting.isValid(in: tracker) else { return }
                        try await assistant.turn(output, memory, reminders).trigger(
                            waiting.reminder.intent ?? "", waiting.reminder.entities, &tracker, id: waiting.id)
                    }
                }
            } catch let error as ConversationError where error.code == .turnFailed || error.code == .noPolicies {
                // It would fail again.
                logger.error(
                    "A reminder could not be handled",
                    metadata: ["conversation": "\(waiting.conversation)", "error": "\(error)"])
            }
            try await reminders.store.complete(waiting)
        } catch {
            logger.error(
                "A reminder could not be triggered; it is retried later",
                metadata: ["conversation": "\(waiting.conversation)", "error": "\(error)"])
        }
    }
}

extension ScheduledReminder {
    /// Whether the conversation still waits for it: it was not triggered, nor left behind by a restart or a new
    /// session, nor, where that matters, by a message from the user.
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
