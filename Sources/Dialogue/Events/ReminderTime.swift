import ExactText
import PythonSemantics

extension ReminderScheduled {
    /// When the intent is to be triggered, in seconds since 1970; nil where the text is no time in ISO 8601.
    package var due: Double? { ISODate(dateTime)?.seconds }
}

extension ReminderCancelled {
    /// Whether this takes a reminder back: it fits in everything that is given.
    package func cancels(_ reminder: ReminderScheduled) -> Bool {
        ((name ?? "").isEmpty || name?.exact == reminder.name.exact)
            && ((intent ?? "").isEmpty || intent?.exact == reminder.intent?.exact)
            && (!entities.isPythonTrue || entities == reminder.entities)
    }
}
