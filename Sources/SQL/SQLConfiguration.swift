/// A database and how it is reached.
public struct SQLConfiguration: Sendable {
    /// The kinds of database.
    public enum Dialect: String, Sendable, Hashable {
        /// A file on this machine.
        case sqlite = "SQLite"
        /// A PostgreSQL server.
        case postgreSQL = "PostgreSQL"
        /// A MySQL or MariaDB server.
        case mySQL = "MySQL"
    }

    /// The kind of database.
    public var dialect: Dialect
    /// The server's name or address; nil lets the client library choose. Not for SQLite.
    public var host: String?
    /// The server's port; nil for the usual one.
    public var port: Int?
    /// The database's name; for SQLite the path of the file.
    public var database: String
    /// The user's name.
    public var username: String?
    /// The user's password.
    public var password: String?
    /// Further options in the words of the client library, such as `sslmode`.
    public var options: [String: String] = [:]
    /// The PostgreSQL schema in which tables stand; nil for the user's usual one.
    public var schema: String?
    /// How many connections are kept open.
    public var poolSize = 4
    /// How many more may be open for a moment when all are in use.
    public var overflow = 0
    /// The longest wait for a connection.
    public var connectTimeout = Duration.seconds(5)
    /// The longest wait for an answer, waiting for a connection included.
    public var timeout = Duration.seconds(10)

    /// A database with the usual limits.
    public init(_ dialect: Dialect, database: String) {
        self.dialect = dialect
        self.database = database
    }

    /// How many connections one process may open.
    public var connectionLimit: Int { max(1, poolSize + overflow) }
}
