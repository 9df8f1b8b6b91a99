/// Where a Redis server is and how it is spoken to.
public struct RedisConfiguration: Sendable, Hashable {
    /// A host name or an address; `localhost` by default.
    public var host: String
    /// The TCP port; 6379 by default.
    public var port: Int
    /// The number of the database; 0 by default.
    public var database: Int
    /// The user of an access control list; nil for Redis' default user.
    public var username: String?
    /// The password; nil where none is needed.
    public var password: String?
    /// The longest time for a connection to be made; 2 seconds by default.
    public var connectTimeout: Duration
    /// How long commands wait while there is no connection before they fail, counted from its loss; 3 seconds by
    /// default. Longer, and every turn hangs while Redis is away; shorter, and a restart of Redis costs turns.
    public var patience: Duration
    /// The longest time for an answer, after which the connection is given up; 10 seconds by default, as Rasa's
    /// `socket_timeout`.
    public var replyTimeout: Duration
    /// The longest pause between two attempts to connect; 1 second by default.
    public var longestBackoff: Duration

    /// A server with its defaults.
    public init(
        host: String = "localhost", port: Int = 6379, database: Int = 0, username: String? = nil,
        password: String? = nil
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.username = username
        self.password = password
        connectTimeout = .seconds(2)
        patience = .seconds(3)
        replyTimeout = .seconds(10)
        longestBackoff = .seconds(1)
    }

    /// The server's place for messages.
    var place: String { "Redis at \(host):\(port)" }
}
