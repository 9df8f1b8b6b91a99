import Cryptography
package import System

#if Kafka
    import CRDKafka

    /// Publishes to a topic of Kafka and waits for the reports of delivery (Rasa's `KafkaEventBroker`).
    package final class KafkaBroker: EventBroker {
        /// How long servers may take to take a message.
        private static let patience = Duration.seconds(15)

        private let settings: KafkaConfiguration
        private let environment: String
        private var client: KafkaClient?

        /// A broker that is not connected yet.
        ///
        /// - Parameter variables: The environment: `RASA_ENVIRONMENT` becomes a header.
        package init(_ settings: KafkaConfiguration, variables: EnvironmentVariables = .process) {
            self.settings = settings
            environment = variables["RASA_ENVIRONMENT"] ?? "RASA_ENVIRONMENT_NOT_SET"
        }

        package var name: String { "Kafka at \(settings.servers.joined(separator: ", ")), topic \(settings.topic)" }

        /// Makes the client and waits until a server responds.
        package func connect() throws(BrokerError) {
            let client = try KafkaClient(settings.clientProperties)
            try client.awaitServers(milliseconds: 5000)
            self.client = client
        }

        /// Hands all to the client, then waits for the reports.
        package func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
            guard let client else {
                return PublishOutcome(confirmed: 0, failure: BrokerError(.unreachable, "the client could not be made"))
            }
            return client.publish(
                events, topic: settings.topic, environment: environment, byConversation: settings.partitionsBySender,
                patience: Self.patience)
        }

        /// Ends the client; what it has not delivered is given back by ``publish(_:)``.
        package func close() { client = nil }
    }

    extension KafkaConfiguration {
        /// The properties of librdkafka. As Rasa sets them, but that messages keep their order when one is sent again.
        var clientProperties: [(String, String)] {
            var properties = [
                ("bootstrap.servers", servers.joined(separator: ",")),
                ("security.protocol", securityProtocol.rawValue),
                ("max.in.flight.requests.per.connection", "1"),
                ("message.timeout.ms", "10000"),
                ("linger.ms", "1"),
            ]
            func add(_ name: String, _ value: String?) {
                if let value { properties.append((name, value)) }
            }
            add("client.id", clientID)
            add("queue.buffering.max.messages", queueSize.map(String.init))
            if securityProtocol == .saslPlaintext || securityProtocol == .saslSSL {
                add("sasl.username", username)
                add("sasl.password", password?.revealed)
                add("sasl.mechanism", mechanism)
            }
            if securityProtocol == .ssl || securityProtocol == .saslSSL {
                add("ssl.ca.location", certificateAuthorities)
                add("ssl.endpoint.identification.algorithm", checksHostname.map { $0 ? "https" : "none" })
                add("ssl.certificate.location", certificate)
                add("ssl.key.location", key)
            }
            return properties
        }
    }
#endif
