import YAML

/// How events reach RabbitMQ (Rasa's `PikaEventBroker`).
package struct RabbitMQSettings: Sendable, Hashable {
    /// The server's name or address (`url` in the file), or a whole address that begins with `amqp://` or `amqps://`.
    package var host: String
    /// The server's port.
    package var port: Int
    /// The user.
    package var username: String
    /// The user's password.
    package var password: Secret
    /// The queues that are declared and bound to the exchange.
    package var queues: [String]
    /// The exchange.
    package var exchange: String
    /// Whether events that the broker did not take are tried again.
    package var keepsUnpublished: Bool
    /// Whether a failure counts as an error, not as a warning only.
    package var raisesOnFailure: Bool
    /// How often an export tries to connect before it gives up; a server never does.
    package var connectionAttempts: Int
    /// The pause between two tries; the longest one, where pauses grow.
    package var retryDelay: Duration

    static let keys = [
        "url", "username", "password", "port", "queues", "should_keep_unpublished_messages", "raise_on_failure",
        "connection_attempts", "retry_delay_in_seconds", "exchange_name",
    ]

    /// Reads a section whose type is `pika`.
    init(_ section: Section) throws(SourceError) {
        for key in ["url", "username", "password"] where section.node(key) == nil {
            throw SourceError(
                .badValue, at: section.place,
                "'event_broker' of type 'pika' needs '\(key)'; it must have 'url', 'username' and 'password'")
        }
        host = try section.text("url") ?? ""
        username = try section.text("username") ?? ""
        password = Secret(try section.text("password") ?? "")
        port = try section.integer("port", in: 1...65535) ?? 5672
        let queues = try section.textOrTexts("queues")
        self.queues = queues.isEmpty ? ["rasa_core_events"] : queues
        exchange = try section.text("exchange_name") ?? "rasa-exchange"
        keepsUnpublished = try section.flag("should_keep_unpublished_messages") ?? true
        raisesOnFailure = try section.flag("raise_on_failure") ?? false
        connectionAttempts = try section.integer("connection_attempts", in: 1...Int.max) ?? 20
        retryDelay = try section.seconds("retry_delay_in_seconds", orZero: true) ?? .seconds(5)
    }
}
