package import Cryptography
package import ExactText
package import OrderedCollections
package import YAML

/// How a store or a broker reaches its SQL database, in Rasa's keys (`SQLTrackerStore`, `SQLEventBroker`).
package struct SQLSettings: Sendable, Hashable {
    /// The kinds of database, by SQLAlchemy's names.
    package enum Dialect: String, Sendable, Hashable, CaseIterable {
        /// A file on this machine.
        case sqlite
        /// A PostgreSQL server.
        case postgresql
        /// A MySQL or MariaDB server.
        case mysql
    }

    /// The kind of database.
    package var dialect = Dialect.sqlite
    /// The server's name or address; nil for the client library's own choice.
    package var host: String?
    /// The server's port; nil for the default one.
    package var port: Int?
    /// The database's name; for SQLite the path of its file.
    package var database: String
    /// The user's name.
    package var username: String?
    /// The user's password.
    package var password: Secret?
    /// The database to connect to while ``database`` does not exist yet and is created; PostgreSQL only.
    package var loginDatabase: String?
    /// Options in the words of the client library (`query`).
    package var query: OrderedDictionary<ExactString, String> = [:]
    /// Where the settings stand.
    package let place: SourcePlace

    /// The keys of a section that has them all.
    static let keys = [
        "type", "store_type", "dialect", "url", "host", "port", "db", "username", "password", "login_db", "query",
    ]

    /// The key without which conversations would go to a file.
    static let guarded = ["dialect"]

    /// Reads a section whose type is `sql`.
    ///
    /// - Parameters:
    ///   - database: The database where the section names none, as Rasa's class has it.
    ///   - warnings: Gets one for options that mean nothing to the database.
    init(_ section: Section, database: String, _ warnings: inout [SettingsWarning]) throws(SourceError) {
        self.database = database
        place = section.place
        if let written = try section.text("dialect") {
            dialect = try Self.dialect(written, at: section.place(of: "dialect"), in: section)
        }
        port = try section.integer("port", in: 1...65535)
        self.database = try section.text("db") ?? database
        username = try section.filledText("username")
        password = try section.filledText("password").map { Secret($0) }
        loginDatabase = try section.filledText("login_db")
        query = try section.texts("query")
        try readAddress(section)
        try check(section)
        guard dialect == .sqlite else { return }
        for option in query.keys where option != "timeout" {
            query[option] = nil
            guard option != "check_same_thread" else { continue }
            warnings.append(
                SettingsWarning(
                    at: section.place(of: "query"),
                    "the option '\(option)' of 'query' in '\(section.name)' means nothing to SQLite and is ignored"
                        + " (known: timeout)"))
        }
    }

    /// `url` is a host, a host with a port, or a whole address in SQLAlchemy's form, which then stands for all keys.
    private mutating func readAddress(_ section: Section) throws(SourceError) {
        let key = section.node("url") != nil ? "url" : "host"
        guard let text = try section.filledText(key) else { return }
        let place = section.place(of: key)
        guard let address = SQLAddress(text) else {
            throw SourceError(
                .badValue, at: place,
                "'\(key)' in '\(section.name)' must be a host, a host and port, or an address such as"
                    + " postgresql://user:password@host:5432/database")
        }
        guard let scheme = address.scheme else {
            host = address.host
            port = address.port ?? port
            return
        }
        dialect = try Self.dialect(scheme, at: place, in: section)
        (host, port, username) = (address.host, address.port, address.username)
        password = address.password.map { Secret($0) }
        query = address.query
        guard let named = address.database, !named.isEmpty else {
            throw SourceError(
                .badValue, at: place, "'\(key)' in '\(section.name)' names no database after the last slash")
        }
        database = named
    }

    private func check(_ section: Section) throws(SourceError) {
        if loginDatabase != nil, dialect != .postgresql {
            throw SourceError(
                .badValue, at: section.place(of: "login_db"),
                "'login_db' in '\(section.name)' can only be used with the dialect postgresql; remove it")
        }
        guard dialect == .sqlite else { return }
        if database.isEmpty || database == ":memory:" || database.exact.hasPrefix("file:") {
            throw SourceError(
                .unsupported, at: section.place(of: "db"),
                "'db' in '\(section.name)' must be the path of a file; what is only kept in memory is lost with each"
                    + " worker")
        }
        if let timeout = query["timeout"], Double(timeout).map({ $0 > 0 && $0 < 1e6 }) != true {
            throw SourceError(
                .badValue, at: section.place(of: "query"),
                "'timeout' of 'query' in '\(section.name)' must be a number of seconds above 0")
        }
    }

    /// Drivers are those of Python and mean nothing here, as long as they belong to the database.
    private static let drivers: [Dialect: [String]] = [
        .sqlite: ["pysqlite"],
        .postgresql: ["psycopg2", "psycopg2cffi", "psycopg", "pg8000", "asyncpg"],
        .mysql: ["pymysql", "mysqldb", "mysqlconnector", "mariadbconnector", "cymysql", "aiomysql", "asyncmy"],
    ]

    private static func dialect(
        _ written: String, at place: SourcePlace, in section: Section
    ) throws(SourceError) -> Dialect {
        let parts = written.lowercased().exact.split(separator: "+", maxSplits: 1).map(String.init)
        let name = parts.first == "mariadb" ? "mysql" : parts.first ?? ""
        guard let dialect = Dialect(rawValue: name) else {
            let known = Dialect.allCases.map(\.rawValue)
            let question = name == "postgres" ? "; did you mean 'postgresql'?" : Suggestion.question(name, known)
            throw SourceError(
                ["oracle", "mssql"].contains(name) ? .unsupported : .badValue, at: place,
                "the dialect '\(written)' in '\(section.name)' is not supported\(question)"
                    + " (supported: \(Section.list(known)))")
        }
        if parts.count > 1, drivers[dialect]?.contains(parts[1]) != true {
            throw SourceError(
                .badValue, at: place,
                "'\(parts[1])' is not a driver of the dialect '\(name)' in '\(section.name)'; write '\(name)' alone")
        }
        return dialect
    }
}
