import Cryptography
import ExactText
package import System

#if RabbitMQ
    import CRabbitMQ

    /// Publishes to a fanout exchange of RabbitMQ, with confirmation by the server (Rasa's `PikaEventBroker`).
    package final class RabbitMQBroker: EventBroker {
        /// How long the server may take for any one response.
        private static let patience = 10

        private let settings: RabbitMQConfiguration
        private let header: (name: String, value: String)?
        private let environment: String?
        private let variables: EnvironmentVariables
        private var connection: RabbitMQConnection?

        /// A broker that is not connected yet.
        ///
        /// - Parameters:
        ///   - header: A header that every message gets.
        ///   - variables: The environment: `RASA_ENVIRONMENT` names the application, `RABBITMQ_SSL_CLIENT_CERTIFICATE`
        ///     and `RABBITMQ_SSL_CLIENT_KEY` the files of the client's certificate.
        package init(
            _ settings: RabbitMQConfiguration, header: (name: String, value: String)? = nil,
            variables: EnvironmentVariables = .process
        ) {
            self.settings = settings
            self.header = header
            self.variables = variables
            environment = variables["RASA_ENVIRONMENT"]
        }

        /// Names the server, and the virtual host where it is not the default one.
        package var name: String {
            guard let address = try? RabbitMQAddress(settings, variables: variables) else { return "RabbitMQ" }
            let host = address.host.exact.contains(":") ? "[\(address.host)]" : address.host
            let place = "RabbitMQ at \(host):\(address.port)"
            return address.virtualHost == "/" ? place : "\(place), virtual host \(address.virtualHost)"
        }

        /// Connects, and declares exchange and queues as Rasa does: a fanout exchange that does not survive a restart
        /// of the server, and queues that do.
        package func connect() throws(BrokerError) {
            let address = try RabbitMQAddress(settings, variables: variables)
            let connection = try RabbitMQConnection(address, patience: Self.patience)
            try connection.logIn(
                virtualHost: address.virtualHost, user: settings.username,
                password: address.isExternal ? nil : settings.password.revealed)
            try connection.declare(exchange: settings.exchange, queues: settings.queues)
            self.connection = connection
        }

        /// Sends all, then waits for the confirmations.
        package func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
            guard let connection else {
                return PublishOutcome(confirmed: 0, failure: BrokerError(.unreachable, "there is no connection"))
            }
            return connection.publish(events, exchange: settings.exchange, app: environment, header: header)
        }

        package func close() { connection = nil }
    }
#endif
