import Cryptography
import ExactText
import Logging
package import Prefork
import SQL
import Settings
package import System

/// What the environment says about SQL databases, in Rasa's variables.
package struct SQLConfigurationSelection: Sendable {
    /// Rasa's 50 connections and 100 more are meant for many threads; a worker's turns share few.
    private static let defaultPoolSize = 4
    /// What stands for "no limit".
    private static let maxConnections = 100

    /// The PostgreSQL schema of the tables (`POSTGRESQL_SCHEMA`); nil for the default one.
    let schema: String?
    /// How many connections a worker keeps (`SQL_POOL_SIZE`).
    let poolSize: Int
    /// How many more it may open for a moment (`SQL_MAX_OVERFLOW`).
    let overflow: Int
    /// Whether nothing is written.
    package var isReadOnly = false

    /// - Throws: ``BootFailure`` that names the variable.
    package init(environment: EnvironmentVariables) throws(BootFailure) {
        schema = environment["POSTGRESQL_SCHEMA"].flatMap { $0.isEmpty ? nil : $0 }
        // SQLAlchemy takes 0 and -1 for "no limit".
        let size = try environment.number("SQL_POOL_SIZE", minimum: 0, fallback: Self.defaultPoolSize)
        let more = try environment.number("SQL_MAX_OVERFLOW", minimum: -1, fallback: 0)
        poolSize = min(size == 0 ? Self.maxConnections : size, Self.maxConnections)
        overflow = min(more == -1 ? Self.maxConnections : more, Self.maxConnections)
    }

    /// How many connections one worker may open to a database.
    func connections(_ settings: SQLSettings) -> Int { configuration(settings).connectionLimit }

    func configuration(_ settings: SQLSettings) -> SQLConfiguration {
        let dialect: SQLConfiguration.Dialect =
            switch settings.dialect {
            case .sqlite: .sqlite
            case .postgresql: .postgreSQL
            case .mysql: .mySQL
            }
        var configuration = SQLConfiguration(dialect, database: settings.database)
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.username = settings.username
        configuration.password = settings.password?.revealed
        configuration.options = Dictionary(uniqueKeysWithValues: settings.query.map { ($0.string, $1) })
        configuration.isReadOnly = isReadOnly
        switch dialect {
        case .sqlite:
            // One writes while another reads.
            configuration.poolSize = 2
            if let timeout = settings.query["timeout"].flatMap(Double.init) {
                configuration.connectTimeout = .seconds(timeout)
                configuration.timeout = max(configuration.timeout, .seconds(2 * timeout))
            }
        case .postgreSQL:
            configuration.schema = schema
            configuration.poolSize = poolSize
            configuration.overflow = overflow
        case .mySQL:
            configuration.poolSize = poolSize
            configuration.overflow = overflow
        }
        return configuration
    }

    /// Says how many connections all workers together may open, so that the server's limit can be set.
    func announce(_ settings: SQLSettings, workers: Int, logger: Logger) {
        guard settings.dialect != .sqlite else { return }
        let each = connections(settings)
        logger.info(
            "The number of connections that the tracker store may open",
            metadata: ["each_worker": "\(each)", "workers": "\(workers)", "total": "\(each * workers)"])
    }
}
