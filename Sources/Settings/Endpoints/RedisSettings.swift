package import Cryptography
import ExactText
import YAML

/// How a store reaches its Redis server.
package struct RedisSettings: Sendable, Hashable {
    /// The server's name or address (`url` in the file, where Rasa has it without a scheme).
    package var host = "localhost"
    /// The server's port.
    package var port = 6379
    /// The number of the database: 1 for locks and 0 for trackers, unless the file says otherwise.
    package var database: Int
    /// The user for servers with access lists.
    package var username: String?
    /// The password; nil for servers that ask for none.
    package var password: Secret?
    /// What stands before Rasa's own prefix in every key, without the colon that follows. One with anything but letters
    /// and digits is left out by whoever makes keys, as in Rasa.
    package var keyPrefix: String?
    /// The sentinels that say where the server is; nil where `host` and `port` do.
    package var sentinels: SentinelSettings?
    /// How the connection is encrypted; nil for not at all.
    package var tls: RedisEncryption?
    /// How long to wait for a response.
    package var socketTimeout = Duration.seconds(10)
    /// Seconds after which a stored conversation disappears; nil for never. Trackers only.
    package var recordExpiry: Int?

    /// A server on this machine.
    package init(database: Int) { self.database = database }

    static let keys =
        [
            "type", "store_type", "url", "host", "port", "db", "username", "password", "key_prefix", "socket_timeout",
            "use_ssl", "ssl_certfile", "ssl_keyfile", "ssl_ca_certs", "ssl_check_hostname",
        ] + SentinelSettings.keys

    /// Those that protect the connection.
    static let guarded = ["use_ssl", "ssl_check_hostname"]

    /// Reads a section whose type is `redis`.
    init(_ section: Section, database: Int) throws(SourceError) {
        self.init(database: database)
        sentinels = try SentinelSettings(section)
        if sentinels == nil {
            try readHost(section)
            port = try section.integer("port", in: 1...65535) ?? port
        }
        self.database = try section.integer("db", in: 0...Int.max) ?? database
        username = try section.filledText("username")
        password = try section.filledText("password").map { Secret($0) }
        socketTimeout = try section.seconds("socket_timeout") ?? socketTimeout
        keyPrefix = try section.filledText("key_prefix")
        tls = try RedisEncryption(section)
    }

    private mutating func readHost(_ section: Section) throws(SourceError) {
        if section.node("url") != nil, section.node("host") != nil {
            throw SourceError(
                .badValue, at: section.place(of: "host"),
                "'\(section.name)' has 'url' and 'host', which mean the same; keep 'url'")
        }
        let key = section.node("host") != nil ? "host" : "url"
        guard let written = try section.text(key) else { return }
        let hasPort = written.exact.split(separator: ":", omittingEmptySubsequences: false).count == 2
        guard !written.isEmpty, !written.exact.contains("/"), !hasPort else {
            throw SourceError(
                .badValue, at: section.place(of: key),
                "'\(key)' in '\(section.name)' must be the name or address of the Redis server alone; 'port' and 'db'"
                    + " are keys of their own")
        }
        host = written
    }
}
