/// One event on its way to a broker: the body is ready, so that brokers know nothing of dialogue.
public struct OutgoingEvent: Sendable, Hashable {
    /// A name that stays the same when the event is sent again.
    public let id: String
    /// The conversation, which decides partition and order.
    public let conversation: String
    /// JSON, as Rasa writes it.
    public let body: [UInt8]

    /// An event from its parts.
    public init(id: String, conversation: String, body: [UInt8]) {
        self.id = id
        self.conversation = conversation
        self.body = body
    }
}
