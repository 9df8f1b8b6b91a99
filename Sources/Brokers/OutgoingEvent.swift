/// One event on its way to a broker: the body is ready, so that brokers know nothing of dialogue.
package struct OutgoingEvent: Sendable, Hashable {
    /// A name that stays the same when the event is sent again.
    package let id: String
    /// The conversation, which decides partition and order.
    package let conversation: String
    /// JSON, as Rasa writes it.
    package let body: [UInt8]

    package init(id: String, conversation: String, body: [UInt8]) {
        self.id = id
        self.conversation = conversation
        self.body = body
    }
}
