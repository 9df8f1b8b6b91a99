package import Brokers
package import Prefork
import SQL
package import Settings

package enum BrokerConfiguration {
    /// What makes the broker, on the thread that will have it.
    ///
    /// - Parameter exportID: A mark that messages of an export carry where the broker has headers that Rasa fills; nil
    ///   for events as they happen.
    /// - Throws: ``BootFailure`` where this build cannot speak to such brokers.
    package static func maker(
        _ settings: EventBrokerSettings, sql: SQLConfigurationSelection, exportID: String? = nil
    ) throws(BootFailure) -> @Sendable () -> any EventBroker {
        switch settings.kind {
        case .rabbitMQ(let rabbitMQ):
            #if RabbitMQ
                return { RabbitMQBroker(rabbitMQ, header: exportID.map { ("rasa-export-process-id", $0) }) }
            #else
                throw notBuilt("RabbitMQ", settings)
            #endif
        case .kafka(let kafka):
            #if Kafka
                return { KafkaBroker(kafka) }
            #else
                throw notBuilt("Kafka", settings)
            #endif
        case .sql(let database):
            var configuration = sql.configuration(database)
            // As in Rasa, the schema is the tracker store's alone.
            configuration.schema = nil
            let fixed = configuration
            return { SQLBroker(fixed) }
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
