/// Where a Redis server is and how it is spoken to.
package struct RedisConfiguration: Sendable, Hashable {
    /// A host name or an address; `localhost` by default.
    package var host: String
    /// The TCP port; 6379 by default.
    package var port: Int
    /// The number of the database; 0 by default.
    package var database: Int
    /// The user of an access control list; nil for Redis' default user.
    package var username: String?
    /// The password; nil where none is needed.
    package var password: String?
    /// The sentinels that say where the server is, in place of `host` and `port`; nil for none.
    package var sentinels: RedisSentinels?
    /// How the connection is encrypted; nil for not at all.
    package var tls: RedisTLS?
    /// The longest time for a connection to be made; 2 seconds by default.
    package var connectTimeout: Duration
    /// How long commands wait while there is no connection before they fail, counted from its loss, or from the
    /// beginning of the silence that led to it; 1.75 seconds by default. Longer, and every turn hangs while Redis is
    /// away; shorter, and a restart of Redis costs turns.
    package var patience: Duration
    /// The longest time for a response, after which the connection is given up; 10 seconds by default, as Rasa's
    /// `socket_timeout`.
    package var replyTimeout: Duration
    /// The longest pause between two attempts to connect; half a second by default.
    package var maxBackoff: Duration

    package init(
        host: String = "localhost", port: Int = 6379, database: Int = 0, username: String? = nil,
        password: String? = nil, tls: RedisTLS? = nil
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.username = username
        self.password = password
        self.tls = tls
        connectTimeout = .seconds(2)
        patience = .milliseconds(1750)
        replyTimeout = .seconds(10)
        maxBackoff = .milliseconds(500)
    }

    /// What to say of a server that takes a connection and then says nothing, or ends it.
    var silence: String { "\(place) does not respond\(hint)" }

    /// The likely reason of silence.
    var hint: String {
        tls == nil
            ? " (if it speaks TLS on this port, set 'use_ssl: true')"
            : " (if it does not speak TLS on this port, leave out 'use_ssl' or correct 'port')"
    }

    /// The server's place for messages.
    package var place: String {
        sentinels.map { "the Redis master '\($0.master)'" } ?? "Redis at \(host):\(port)"
    }
}
