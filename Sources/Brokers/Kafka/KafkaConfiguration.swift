package import Cryptography

/// How events reach Kafka (Rasa's `KafkaEventBroker`).
package struct KafkaConfiguration: Sendable, Hashable {
    /// How connections are protected.
    package enum Protection: String, Sendable, Hashable, CaseIterable {
        /// Neither encrypted nor authenticated.
        case plaintext = "PLAINTEXT"
        /// Authenticated.
        case saslPlaintext = "SASL_PLAINTEXT"
        /// Encrypted, perhaps with a client's certificate.
        case ssl = "SSL"
        /// Encrypted and authenticated.
        case saslSSL = "SASL_SSL"
    }

    /// Servers that know the others, as `host:port`.
    package var servers: [String]
    /// The topic.
    package var topic = "rasa_core_events"
    /// The name under which servers know this client.
    package var clientID: String?
    /// Whether a conversation's events all go to one partition.
    package var partitionsBySender = false
    /// How connections are protected.
    package var securityProtocol = Protection.saslPlaintext
    /// The user.
    package var username: String?
    /// The user's password.
    package var password: Secret?
    /// How the user is authenticated.
    package var mechanism = "PLAIN"
    /// The certificates to trust.
    package var certificateAuthorities: String?
    /// The client's own certificate.
    package var certificate: String?
    /// The key of the client's own certificate.
    package var key: String?
    /// Whether a server's certificate must carry its name; nil for what the client library thinks right.
    package var checksHostname: Bool?
    /// How many messages may wait in the client; nil for its own limit.
    package var queueSize: Int?
    /// Where it is configured, for messages: file and line.
    package let place: String

    /// Servers without user or certificates.
    package init(servers: [String], place: String) { (self.servers, self.place) = (servers, place) }
}
