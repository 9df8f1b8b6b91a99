package import Cryptography

/// How events reach RabbitMQ (Rasa's `PikaEventBroker`).
package struct RabbitMQConfiguration: Sendable, Hashable {
    /// The server's name or address (`url` in the file), or a whole address that begins with `amqp://` or `amqps://`.
    package var host: String
    /// The server's port.
    package var port = 5672
    /// The user.
    package var username: String
    /// The user's password.
    package var password: Secret
    /// The queues that are declared and bound to the exchange.
    package var queues = ["rasa_core_events"]
    /// The exchange.
    package var exchange = "rasa-exchange"
    /// Whether events that the broker did not take are tried again.
    package var keepsUnpublished = true
    /// Whether a failure counts as an error, not as a warning only.
    package var raisesOnFailure = false
    /// How often an export tries to connect before it gives up; a server never does.
    package var connectionAttempts = 20
    /// The pause between two tries; the longest one, where pauses grow.
    package var retryDelay = Duration.seconds(5)

    /// A server with Rasa's names of queue and exchange.
    package init(host: String, username: String, password: Secret) {
        (self.host, self.username, self.password) = (host, username, password)
    }
}
