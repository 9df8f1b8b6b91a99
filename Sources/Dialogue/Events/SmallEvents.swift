package import JSON

package struct SlotSet: Sendable, Hashable {
    package let name: String
    /// The value as it came; the slot decides what it keeps.
    package let value: JSON

    package init(_ name: String, _ value: JSON) { (self.name, self.value) = (name, value) }
}

/// Entities that a policy found in the last message.
package struct EntitiesAdded: Sendable, Hashable {
    /// The entities, each as understanding writes them.
    package let entities: [JSON]

    package init(_ entities: [JSON]) { self.entities = entities }
}

/// An intent that is to be triggered later.
package struct ReminderScheduled: Sendable, Hashable {
    package let intent: String?
    /// When, in ISO 8601 as it was given.
    package let dateTime: String
    /// Entities that come with the intent.
    package let entities: JSON
    /// The reminder's name; a later reminder of the same name replaces it.
    package let name: String
    /// Whether a message from the user before the time cancels it; nil does not.
    package let killOnUserMessage: Bool?

    package init(intent: String?, dateTime: String, entities: JSON, name: String, killOnUserMessage: Bool?) {
        self.intent = intent
        self.dateTime = dateTime
        self.entities = entities
        self.name = name
        self.killOnUserMessage = killOnUserMessage
    }
}

/// Reminders to take back: those that fit everything that is given; all where nothing is.
///
/// Rasa writes none of this into JSON, so that a stored event says only that something was cancelled.
package struct ReminderCancelled: Sendable, Hashable {
    package let name: String?
    package let intent: String?
    package let entities: JSON

    package init(name: String? = nil, intent: String? = nil, entities: JSON = .null) {
        self.name = name
        self.intent = intent
        self.entities = entities
    }
}
