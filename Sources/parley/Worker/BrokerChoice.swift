import Brokers
import Prefork
import Settings

/// The broker that settings mean.
enum BrokerChoice {
    /// What makes the broker, on the thread that will have it.
    ///
    /// - Throws: ``BootFailure`` where this build cannot speak to such brokers.
    static func maker(_ settings: EventBrokerSettings) throws(BootFailure) -> @Sendable () -> any EventBroker {
        switch settings.kind {
        case .rabbitMQ(let rabbitMQ):
            #if RabbitMQ
                return { RabbitMQBroker(rabbitMQ) }
            #else
                throw notBuilt("RabbitMQ", settings)
            #endif
        case .kafka(let kafka):
            #if Kafka
                return { KafkaBroker(kafka) }
            #else
                throw notBuilt("Kafka", settings)
            #endif
        case .file(let path):
            return { FileBroker(path: path) }
        }
    }

    private static func notBuilt(_ trait: String, _ settings: EventBrokerSettings) -> BootFailure {
        BootFailure(
            "\(settings.place): this build of Parley does not speak to \(trait);"
                + " build it with 'swift build --traits \(trait)'",
            status: ExitStatus.configuration)
    }
}
