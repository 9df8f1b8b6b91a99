import Encodings
import ExactText
import System

/// Where a RabbitMQ server is and how it is spoken to: from the endpoints and the variables that Rasa reads.
struct RabbitMQAddress: Sendable, Hashable {
    struct TLS: Sendable, Hashable {
        var certificateAuthorities: String?
        var authoritiesDirectory: String?
        var certificate: String?
        var key: String?
        var isVerified = true
    }

    var host: String
    var port: Int
    var virtualHost = "/"
    /// Nil for connections that are not encrypted.
    var tls: TLS?
    /// Whether the client's certificate says who it is.
    var isExternal = false

    /// Rasa's reading: an address with a scheme says all by itself, and the variables hold for a bare name.
    init(_ settings: RabbitMQConfiguration, variables: EnvironmentVariables) throws(BrokerError) {
        host = settings.host
        port = settings.port
        guard settings.host.exact.hasPrefix("amqp"), let schemeEnd = settings.host.exact.firstRange(of: "://") else {
            let certificate = variables["RABBITMQ_SSL_CLIENT_CERTIFICATE"] ?? ""
            let key = variables["RABBITMQ_SSL_CLIENT_KEY"] ?? ""
            if !certificate.isEmpty, !key.isEmpty { tls = TLS(certificate: certificate, key: key) }
            return
        }
        let rest = settings.host[schemeEnd.upperBound...]
        let parts = rest.exact.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let place = parts[0].exact.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let server = place[0].exact.split(separator: "@").last ?? ""
        let colon = server.unicodeScalars.lastIndex(of: ":").flatMap { server[$0...].exact.contains("]") ? nil : $0 }
        host = String(colon.map { server[..<$0] } ?? server)
        if host.exact.hasPrefix("["), host.exact.hasSuffix("]") {
            host = String(host.unicodeScalars.dropFirst().dropLast())
        }
        if let colon, let number = Int(server[server.unicodeScalars.index(after: colon)...]) { port = number }
        if place.count > 1, !place[1].isEmpty { virtualHost = Percent.decode(part: Array(place[1].utf8)[...]) }
        let options = Self.options(parts.count > 1 ? parts[1] : "")
        if settings.host.exact.hasPrefix("amqps") {
            guard options["cadata"] == nil else {
                throw BrokerError(
                    .refused, "'cadata' in the address of RabbitMQ is not supported; name a file by 'cafile'")
            }
            tls = TLS(
                // Rasa's documentation has RabbitMQ's word, its client library another.
                certificateAuthorities: options["cafile"] ?? options["cacertfile"],
                authoritiesDirectory: options["capath"],
                certificate: options["certfile"], key: options["keyfile"],
                isVerified: options["no_verify_ssl"] ?? "0" == "0")
        }
        let method = (options["auth"] ?? "plain").lowercased()
        guard ["plain", "external"].contains(method) else {
            throw BrokerError(
                .refused, "'auth=\(method)' in the address of RabbitMQ is not supported; it may be plain or external")
        }
        isExternal = method == "external"
    }

    private static func options(_ query: Substring) -> [ExactString: String] {
        var options: [ExactString: String] = [:]
        for item in query.exact.split(separator: "&") {
            let parts = item.exact.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[String(parts[0])] = parts.count > 1 ? Percent.decode(Array(parts[1].utf8)[...]) : ""
        }
        return options
    }
}
