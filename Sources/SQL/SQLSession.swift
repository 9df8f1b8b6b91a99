/// One connection, lent to a piece of work that runs on a thread where it may block.
///
/// Every call ends by the deadline of the work. After an error the work must end too: what becomes of the connection is
/// the client's affair.
package protocol SQLSession: AnyObject {
    /// Whether rows are numbered by a sequence of their own (`TABLE_seq`), not by the table: so does SQLAlchemy on
    /// MariaDB, and whoever shares a table with it has to.
    var numbersBySequence: Bool { get }

    /// Runs one statement on its own.
    ///
    /// - Throws: ``SQLError``.
    func run(_ statement: SQLStatement) throws(SQLError) -> SQLResult

    /// Runs statements as one transaction, sent together: where the protocol allows (PostgreSQL) they cost one round
    /// trip, and the server ends the transaction even if this process stops in the middle.
    ///
    /// - Throws: ``SQLError``; then nothing of the transaction was done, unless the code is `.interrupted`.
    func runPipelined(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult]

    /// Begins a transaction that reads before it writes. SQLite: nobody else may write until it ends.
    func begin() throws(SQLError)

    /// Makes what was done since ``begin()`` last.
    ///
    /// - Throws: ``SQLError``; with `.interrupted` where it may be done all the same.
    func commit() throws(SQLError)

    /// Takes back what was done since ``begin()``.
    func rollback() throws(SQLError)
}

/// A connection as its pool sees it: used by one thread at a time.
protocol SQLConnection: SQLSession {
    /// When the work in hand must have ended.
    var deadline: ContinuousClock.Instant { get set }
    /// How often the server was asked and answered; 0 for a file.
    var roundTrips: Int { get }
    /// Whether the connection can be used again; asked without a round trip.
    var isUsable: Bool { get }

    /// Ends the connection; nothing may be called afterwards.
    func close()
}

extension SQLSession {
    package var numbersBySequence: Bool { false }

    /// The same for clients that send statements one after another.
    func runOneByOne(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
        if statements.count == 1 { return [try run(statements[0])] }
        try begin()
        do throws(SQLError) {
            var results: [SQLResult] = []
            for statement in statements { results.append(try run(statement)) }
            try commit()
            return results
        } catch {
            try? rollback()
            throw error
        }
    }
}
