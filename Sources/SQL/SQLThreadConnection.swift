/// One connection for a thread of its own, which may block.
package final class SQLThreadConnection {
    private let connection: any SQLConnection
    private let timeout: Duration

    /// Connects; blocks for as long as the configuration allows.
    ///
    /// - Throws: ``SQLError``.
    package init(_ configuration: SQLConfiguration) throws(SQLError) {
        connection = try configuration.connect()
        timeout = configuration.timeout
    }

    deinit { connection.close() }

    /// Works with the connection, which has to be given up after an error.
    ///
    /// - Throws: ``SQLError``.
    package func use<Result>(_ work: (any SQLSession) throws(SQLError) -> Result) throws(SQLError) -> Result {
        connection.deadline = ContinuousClock.now + timeout
        return try work(connection)
    }
}
