import Brokers
import Cryptography
import ExactText
import YAML

extension KafkaConfiguration {
    static let keys = [
        "url", "topic", "client_id", "partition_by_sender", "sasl_username", "sasl_password", "sasl_mechanism",
        "ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname", "security_protocol", "queue_size",
    ]

    /// Those that protect the connection.
    static let guarded = ["security_protocol", "ssl_check_hostname"]

    /// Reads a section whose type is `kafka`.
    init(_ section: Section) throws(SourceError) {
        let servers = try section.textOrTexts("url")
        guard !servers.isEmpty, servers.allSatisfy({ !$0.isEmpty }) else {
            throw SourceError(
                .badValue, at: section.place(of: "url"),
                "'event_broker' of type 'kafka' needs 'url': a server as host:port, or a list of such")
        }
        self.init(servers: servers, place: "\(section.place)")
        topic = try section.text("topic") ?? topic
        clientID = try section.text("client_id")
        partitionsBySender = try section.flag("partition_by_sender") ?? partitionsBySender
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
        mechanism = try section.text("sasl_mechanism") ?? mechanism
        certificateAuthorities = try section.text("ssl_cafile")
        certificate = try section.text("ssl_certfile")
        key = try section.text("ssl_keyfile")
        checksHostname = try section.flag("ssl_check_hostname")
        queueSize = try section.integer("queue_size", in: 1...10_000_000)
    }
}
