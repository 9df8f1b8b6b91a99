import SQL

/// Rasa's table `events`, as SQLAlchemy 1.4 makes it for `SQLTrackerStore`.
struct EventTable {
    let client: SQLClient
    /// The PostgreSQL schema that must be there; nil for the default one.
    let schema: String?

    /// What numbers the rows where the table does not (`SQLSession.numbersBySequence`).
    static let sequence = "events_seq"

    /// Makes what is missing, and looks whether what is there is that table.
    ///
    /// - Throws: ``SQLError`` that says what to change.
    func prepare() async throws(SQLError) {
        try await checkSchema()
        if try await !isThere() { try await create() }
        do {
            _ = try await client.read(SQLStatement("SELECT id, \(EventWriting.columns) FROM events WHERE 1 = 0"))
        } catch {
            guard error.code == .refused else { throw error }
            throw SQLError(
                .denied, "the table 'events' is not that of a tracker store; use another database: \(error.message)")
        }
        try await prepareSequence()
        try await checkRights()
    }

    private func checkSchema() async throws(SQLError) {
        guard client.dialect == .postgreSQL, let schema else { return }
        let text = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?"
        guard try await client.read(SQLStatement(text, [.text(schema)])).isEmpty else { return }
        throw SQLError(
            .denied,
            "POSTGRESQL_SCHEMA is '\(schema)', which the database does not have; create it with 'CREATE SCHEMA'"
                + " or unset the variable")
    }

    private func isThere() async throws(SQLError) -> Bool {
        let text =
            switch client.dialect {
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = 'events'"
            case .postgreSQL: "SELECT 1 WHERE to_regclass('events') IS NOT NULL"
            case .mySQL:
                "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'events'"
            }
        return try await !client.read(SQLStatement(text)).isEmpty
    }

    /// Makes the sequence where it is missing, and lets it go on behind rows that were numbered in another way.
    private func prepareSequence() async throws(SQLError) {
        try await client.use(isRepeatable: true) { (session) throws(SQLError) in
            guard session.numbersBySequence else { return }
            _ = try session.run(SQLStatement("CREATE SEQUENCE IF NOT EXISTS \(Self.sequence)"))
            let last = try session.run(SQLStatement("SELECT MAX(id) FROM events")).rows.first?[0].integer
            // Never goes back, and takes no value in place of the number.
            if let last { _ = try session.run(SQLStatement("SELECT SETVAL(\(Self.sequence), \(last))")) }
        }
    }

    /// The test of SQLite is the first write lock; that of MySQL the first turn.
    private func checkRights() async throws(SQLError) {
        switch client.dialect {
        case .mySQL: return
        case .sqlite:
            try await client.use(isRepeatable: true) { (session) throws(SQLError) in
                try session.begin()
                try session.rollback()
            }
        case .postgreSQL:
            let text = "SELECT has_table_privilege('events', 'SELECT') AND has_table_privilege('events', 'INSERT')"
            guard try await client.read(SQLStatement(text)).first?.first != .integer(1) else { return }
            throw SQLError(.denied, "the user may not read and write the table 'events'; grant SELECT, INSERT, DELETE")
        }
    }

    private func create() async throws(SQLError) {
        let id =
            switch client.dialect {
            case .sqlite: "INTEGER NOT NULL"
            case .postgreSQL: "SERIAL NOT NULL"
            case .mySQL: "INTEGER NOT NULL AUTO_INCREMENT"
            }
        let table = SQLStatement(
            """
            CREATE TABLE IF NOT EXISTS events (
                id \(id),
                sender_id VARCHAR(255) NOT NULL,
                type_name VARCHAR(255) NOT NULL,
                timestamp FLOAT,
                intent_name VARCHAR(255),
                action_name VARCHAR(255),
                data TEXT,
                PRIMARY KEY (id)\(client.dialect == .mySQL ? ",\n    INDEX ix_events_sender_id (sender_id)" : "")
            )
            """)
        let index = SQLStatement("CREATE INDEX IF NOT EXISTS ix_events_sender_id ON events (sender_id)")
        // Several workers begin at once, and PostgreSQL's IF NOT EXISTS does not wait for another's creation.
        let lock = SQLStatement("SELECT pg_advisory_xact_lock(?)", [.integer(0x7061_726C_6579)])
        let statements =
            switch client.dialect {
            case .sqlite: [table, index]
            case .postgreSQL: [lock, table, index]
            case .mySQL: [table]
            }
        _ = try await client.write(statements, isRepeatable: true)
    }
}
