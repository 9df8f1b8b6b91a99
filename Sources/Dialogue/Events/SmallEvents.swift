public import JSON

/// A slot with its new value.
public struct SlotSet: Sendable, Hashable {
    /// The slot's name.
    public let name: String
    /// The value as it came; the slot decides what it keeps.
    public let value: JSON

    /// A slot with its new value.
    public init(_ name: String, _ value: JSON) {
        self.name = name
        self.value = value
    }
}

/// Entities that a policy found in the last message.
public struct EntitiesAdded: Sendable, Hashable {
    /// The entities, each as understanding writes them.
    public let entities: [JSON]

    /// Entities that a policy found.
    public init(_ entities: [JSON]) {
        self.entities = entities
    }
}

/// An intent that is to be triggered later.
public struct ReminderScheduled: Sendable, Hashable {
    /// The intent to trigger.
    public let intent: String?
    /// When, in ISO 8601 as it was given.
    public let dateTime: String
    /// Entities that come with the intent.
    public let entities: JSON
    /// The reminder's name; a later reminder of the same name replaces it.
    public let name: String
    /// Whether a message from the user before the time cancels it; nil does not.
    public let killOnUserMessage: Bool?

    /// A reminder.
    public init(intent: String?, dateTime: String, entities: JSON, name: String, killOnUserMessage: Bool?) {
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
public struct ReminderCancelled: Sendable, Hashable {
    /// The reminder's name.
    public let name: String?
    /// The reminder's intent.
    public let intent: String?
    /// The reminder's entities.
    public let entities: JSON

    /// A choice of reminders.
    public init(name: String? = nil, intent: String? = nil, entities: JSON = .null) {
        self.name = name
        self.intent = intent
        self.entities = entities
    }
}
