package import Dialogue
import JSON

package struct ScheduledReminder: Sendable, Hashable {
    /// An id of this scheduling alone; the message that it triggers bears it, so that it is triggered once.
    package let id: String
    package let conversation: String
    /// The channel by which the user spoke last when it was scheduled.
    package let channel: String?
    /// When, in seconds since 1970.
    package let due: Double
    package let reminder: ReminderScheduled

    package init(id: String, conversation: String, channel: String?, due: Double, reminder: ReminderScheduled) {
        self.id = id
        self.conversation = conversation
        self.channel = channel
        self.due = due
        self.reminder = reminder
    }
}

extension ScheduledReminder {
    /// As it is kept in Redis; always the same bytes for the same reminder, by which it is compared.
    var text: [UInt8] {
        let value: JSON = [
            "id": .string(id), "conversation": .string(conversation), "channel": .text(channel), "due": .double(due),
            "reminder": Event(.reminder(reminder), timestamp: due).json,
        ]
        return value.encoded()
    }

    /// Reads what ``text`` wrote.
    ///
    /// - Throws: ``StoreError`` with `.unreadable`.
    init(text: [UInt8]) throws(StoreError) {
        let unreadable = StoreError(.unreadable, "a stored reminder is not in the form in which Parley writes it")
        guard let value = try? JSON(parsing: text), let id = value["id"]?.string,
            let conversation = value["conversation"]?.string, let due = value["due"]?.double,
            let event = value["reminder"].flatMap({ try? Event(json: $0) }), case .reminder(let reminder) = event.body
        else { throw unreadable }
        self.init(
            id: id, conversation: conversation, channel: value["channel"]?.string, due: due, reminder: reminder)
    }
}
