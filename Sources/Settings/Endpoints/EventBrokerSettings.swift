package import Brokers
import ExactText
package import YAML

/// Where events are published (`event_broker`).
package struct EventBrokerSettings: Sendable, Hashable {
    /// The kinds of broker.
    package enum Kind: Sendable, Hashable {
        /// An exchange and queues of RabbitMQ (Rasa's `pika`, which is also meant where no type is given).
        case rabbitMQ(RabbitMQConfiguration)
        /// A topic of Kafka.
        case kafka(KafkaConfiguration)
        /// The table `events` of an SQL database.
        case sql(SQLSettings)
        /// A file, by its path.
        case file(String)
    }

    /// The broker.
    package let kind: Kind
    /// The directory in which events wait for the broker (`outbox`, a key of Parley's own); nil for the default one.
    package let outboxDirectory: String?
    /// How many bytes one worker's events may take there (`outbox_megabytes`, a key of Parley's own).
    package let outboxLimit: Int
    /// Where the settings stand.
    package let place: SourcePlace

    /// Keys of every broker.
    static let commonKeys = ["type", "store_type", "outbox", "outbox_megabytes"]
    private static let types = ["pika", "kafka", "sql", "file"]

    /// Reads the section.
    ///
    /// - Throws: ``SourceError``.
    init(_ node: YAMLNode, _ warnings: inout [SettingsWarning]) throws(SourceError) {
        guard let mapping = node.mapping else {
            throw SourceError(.badValue, at: node.place, "'event_broker' must be a group of keys with a 'type'")
        }
        let entry = mapping["store_type"] ?? mapping["type"]
        let written = entry.flatMap { $0.value.isNull ? nil : $0.value }
        let type = written.map { $0.text?.lowercased() ?? "" } ?? "pika"
        let section: Section
        switch type {
        case "pika":
            let keys = Self.commonKeys + RabbitMQConfiguration.keys
            section = try Section(node, name: "event_broker", known: keys, &warnings)
            kind = .rabbitMQ(try RabbitMQConfiguration(section))
        case "kafka":
            section = try Section(
                node, name: "event_broker", known: Self.commonKeys + KafkaConfiguration.keys,
                guarded: KafkaConfiguration.guarded,
                &warnings)
            kind = .kafka(try KafkaConfiguration(section))
        case "sql":
            let keys = ["dialect", "url", "port", "db", "username", "password"]
            section = try Section(
                node, name: "event_broker", known: Self.commonKeys + keys, guarded: SQLSettings.guarded, &warnings)
            kind = .sql(try SQLSettings(section, database: "events.db", &warnings))
        case "file":
            section = try Section(node, name: "event_broker", known: Self.commonKeys + ["path"], &warnings)
            let path = try section.text("path") ?? ""
            kind = .file(path.isEmpty ? "rasa_event.log" : path)
        default:
            let isClass = type.exact.contains(".")
            throw SourceError(
                isClass ? .unsupported : .badValue, at: written?.place ?? node.place,
                "'type' in 'event_broker' is '\(written?.text ?? "")', \(isClass ? "a class in Python" : "an unknown type")"
                    + "\(Suggestion.question(type, Self.types)) (supported: \(Section.list(Self.types)))")
        }
        place = section.place
        outboxDirectory = try section.filledText("outbox")
        outboxLimit = (try section.integer("outbox_megabytes", in: 1...1_000_000) ?? 256) << 20
    }
}
