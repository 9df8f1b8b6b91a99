package import YAML

/// How events reach Kafka (Rasa's `KafkaEventBroker`).
package struct KafkaSettings: Sendable, Hashable {
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
    package var topic: String
    /// The name under which servers know this client.
    package var clientID: String?
    /// Whether a conversation's events all go to one partition.
    package var partitionsBySender: Bool
    /// How connections are protected.
    package var securityProtocol: Protection
    /// The user.
    package var username: String?
    /// The user's password.
    package var password: Secret?
    /// How the user is authenticated.
    package var mechanism: String
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
    /// Where the settings stand.
    package let place: SourcePlace

    static let keys = [
        "url", "topic", "client_id", "partition_by_sender", "sasl_username", "sasl_password", "sasl_mechanism",
        "ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname", "security_protocol", "queue_size",
    ]

    /// Those that protect the connection.
    static let guarded = ["security_protocol", "ssl_check_hostname"]

    /// Reads a section whose type is `kafka`.
    init(_ section: Section) throws(SourceError) {
        place = section.place
        servers = try section.textOrTexts("url")
        guard !servers.isEmpty, servers.allSatisfy({ !$0.isEmpty }) else {
            throw SourceError(
                .badValue, at: section.place(of: "url"),
                "'event_broker' of type 'kafka' needs 'url': a server as host:port, or a list of such")
        }
        topic = try section.text("topic") ?? "rasa_core_events"
        clientID = try section.text("client_id")
        partitionsBySender = try section.flag("partition_by_sender") ?? false
        let written = try section.text("security_protocol") ?? Protection.saslPlaintext.rawValue
        guard let securityProtocol = Protection(rawValue: written.uppercased()) else {
            let known = Protection.allCases.map(\.rawValue)
            throw SourceError(
                .badValue, at: section.place(of: "security_protocol"),
                "'security_protocol' in 'event_broker' is '\(written)'\(Suggestion.question(written, known))"
                    + " (known: \(Section.list(known)))")
        }
        self.securityProtocol = securityProtocol
        username = try section.text("sasl_username")
        password = try section.text("sasl_password").map { Secret($0) }
        mechanism = try section.text("sasl_mechanism") ?? "PLAIN"
        certificateAuthorities = try section.text("ssl_cafile")
        certificate = try section.text("ssl_certfile")
        key = try section.text("ssl_keyfile")
        checksHostname = try section.flag("ssl_check_hostname")
        queueSize = try section.integer("queue_size", in: 1...10_000_000)
    }
}
