package struct SQLConfiguration: Sendable {
    package enum Dialect: String, Sendable, Hashable {
        case sqlite = "SQLite"
        case postgreSQL = "PostgreSQL"
        case mySQL = "MySQL"
    }

    package var dialect: Dialect
    /// The server's name or address; nil lets the client library choose. Not for SQLite.
    package var host: String?
    /// The server's port; nil for the default one.
    package var port: Int?
    /// The database's name; for SQLite the path of the file.
    package var database: String
    package var username: String?
    package var password: String?
    /// Further options in the words of the client library, such as `sslmode`.
    package var options: [String: String] = [:]
    /// The PostgreSQL schema in which tables stand; nil for the user's usual one.
    package var schema: String?
    /// How many connections are kept open.
    package var poolSize = 4
    /// How many more may be open for a moment when all are in use.
    package var overflow = 0
    /// Whether nothing is written, not even how a file of SQLite is kept. Other databases are trusted to be sent
    /// nothing that writes.
    package var isReadOnly = false
    /// The longest wait for a connection.
    package var connectTimeout = Duration.seconds(5)
    /// The longest wait for a response, waiting for a connection included.
    package var timeout = Duration.seconds(10)

    package init(_ dialect: Dialect, database: String) {
        self.dialect = dialect
        self.database = database
    }

    package var connectionLimit: Int { max(1, poolSize + overflow) }
}
