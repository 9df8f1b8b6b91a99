package import SQL

/// Adds every event as a row to a table `events` (Rasa's `SQLEventBroker`).
package final class SQLBroker: EventBroker {
    private let configuration: SQLConfiguration
    private var connection: SQLThreadConnection?

    package init(_ configuration: SQLConfiguration) { self.configuration = configuration }

    package var name: String {
        let place = configuration.host.map { " at \($0)" } ?? ""
        return "\(configuration.dialect.rawValue)\(place), database \(configuration.database)"
    }

    /// Connects, and makes the table where it is missing.
    package func connect() throws(BrokerError) {
        do throws(SQLError) {
            let connection = try SQLThreadConnection(configuration)
            let statements = createTable + [SQLStatement("SELECT id, sender_id, data FROM events WHERE 1 = 0")]
            for statement in statements {
                _ = try connection.use { (session) throws(SQLError) in try session.run(statement) }
            }
            self.connection = connection
        } catch {
            throw Self.failure(error)
        }
        try refuseTrackerStore()
    }

    /// Writes all rows in one transaction; where the database refuses one, those before it.
    package func publish(_ events: [OutgoingEvent]) -> PublishOutcome {
        guard let connection else {
            return PublishOutcome(confirmed: 0, failure: BrokerError(.unreachable, "there is no connection"))
        }
        let rows = events.map(Self.row)
        do throws(SQLError) {
            _ = try connection.use { (session) throws(SQLError) in try session.runPipelined(rows) }
            return PublishOutcome(confirmed: events.count)
        } catch {
            guard error.code == .refused else {
                return PublishOutcome(confirmed: 0, failure: Self.failure(error))
            }
            return publishOneByOne(rows)
        }
    }

    package func close() { connection = nil }

    /// Finds the row that the database refuses.
    private func publishOneByOne(_ rows: [SQLStatement]) -> PublishOutcome {
        for (index, row) in rows.enumerated() {
            do throws(SQLError) {
                if connection == nil { connection = try SQLThreadConnection(configuration) }
                _ = try connection?.use { (session) throws(SQLError) in try session.run(row) }
            } catch {
                // After an error a connection is not used again.
                connection = nil
                let failure =
                    error.code == .refused ? BrokerError(.refusedEvent, error.message) : Self.failure(error)
                if failure.code == .refusedEvent { connection = try? SQLThreadConnection(configuration) }
                return PublishOutcome(confirmed: index, failure: failure)
            }
        }
        return PublishOutcome(confirmed: rows.count)
    }

    private static func row(_ event: OutgoingEvent) -> SQLStatement {
        SQLStatement(
            "INSERT INTO events (sender_id, data) VALUES (?, ?)",
            [.text(event.conversation), .text(String(decoding: event.body, as: UTF8.self))])
    }

    /// The table as SQLAlchemy makes it for Rasa's broker.
    private var createTable: [SQLStatement] {
        let id =
            switch configuration.dialect {
            case .sqlite: "INTEGER NOT NULL"
            case .postgreSQL: "SERIAL NOT NULL"
            case .mySQL: "INTEGER NOT NULL AUTO_INCREMENT"
            }
        return [
            SQLStatement(
                "CREATE TABLE IF NOT EXISTS events (id \(id), sender_id VARCHAR(255), data TEXT, PRIMARY KEY (id))")
        ]
    }

    /// A tracker store's table has the same name, and takes no such rows.
    private func refuseTrackerStore() throws(BrokerError) {
        do throws(SQLError) {
            _ = try connection?.use { (session) throws(SQLError) in
                try session.run(SQLStatement("SELECT type_name FROM events WHERE 1 = 0"))
            }
        } catch {
            guard error.code == .refused else { throw Self.failure(error) }
            do throws(SQLError) {
                connection = try SQLThreadConnection(configuration)
            } catch {
                throw Self.failure(error)
            }
            return
        }
        connection = nil
        throw BrokerError(
            .refused, "the table 'events' is that of a tracker store; name another database by 'db' in 'event_broker'")
    }

    private static func failure(_ error: SQLError) -> BrokerError {
        switch error.code {
        case .denied, .refused: BrokerError(.refused, error.message)
        case .notBuilt: BrokerError(.notBuilt, error.message)
        default: BrokerError(.unreachable, error.message)
        }
    }
}
