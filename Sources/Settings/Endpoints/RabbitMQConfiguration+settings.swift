import Brokers
import Cryptography
import YAML

extension RabbitMQConfiguration {
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
        self.init(
            host: try section.text("url") ?? "", username: try section.text("username") ?? "",
            password: Secret(try section.text("password") ?? ""))
        port = try section.integer("port", in: 1...65535) ?? port
        let queues = try section.textOrTexts("queues")
        if !queues.isEmpty { self.queues = queues }
        exchange = try section.text("exchange_name") ?? exchange
        keepsUnpublished = try section.flag("should_keep_unpublished_messages") ?? keepsUnpublished
        raisesOnFailure = try section.flag("raise_on_failure") ?? raisesOnFailure
        connectionAttempts = try section.integer("connection_attempts", in: 1...Int.max) ?? connectionAttempts
        retryDelay = try section.seconds("retry_delay_in_seconds", orZero: true) ?? retryDelay
    }
}
