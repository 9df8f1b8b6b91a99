import Encodings
import SQL

/// Adds rows to a conversation, or puts them in the place of all, if its last row still is the one that the writer
/// knows. Everything is one transaction; each database has its own way to keep others out meanwhile.
struct EventWriting: Sendable {
    /// The conversation (`sender_id`).
    let conversation: String
    let dialect: SQLConfiguration.Dialect
    /// What the writer started from.
    let position: Revision
    let rows: [EventRow]
    /// Whether the rows replace those that were there.
    let isWhole: Bool

    static let columns = "sender_id, type_name, timestamp, intent_name, action_name, data"

    private var sender: SenderCondition { SenderCondition(conversation, dialect) }

    /// The number of the last row that the writer knows; 0 for a new conversation.
    private var known: Int { position.length }

    /// Writes.
    ///
    /// - Returns: The number of the last new row; nil for a conflict, where nothing was written.
    func run(_ session: any SQLSession) throws(SQLError) -> Int? {
        switch dialect {
        case .sqlite: try runSerialized(session)
        case .postgreSQL: try runPipelined(session)
        case .mySQL: try runLocked(session)
        }
    }

    // MARK: One after another, while nobody else writes

    /// SQLite: nobody else may write between beginning and end.
    private func runSerialized(_ session: any SQLSession) throws(SQLError) -> Int? {
        try session.begin()
        do throws(SQLError) {
            guard try isUnchanged(session) else {
                try session.rollback()
                return nil
            }
            for statement in statements() { _ = try session.run(statement) }
            let number = try lastNumber(session)
            try session.commit()
            return number
        } catch {
            try? session.rollback()
            throw error
        }
    }

    /// MySQL: under a lock of the conversation, which ends with its connection. A transaction that locks what it reads
    /// would lock the gaps to other conversations too.
    private func runLocked(_ session: any SQLSession) throws(SQLError) -> Int? {
        let name = SQLValue.text("parley:" + EventRow.digest(conversation))
        let lock = SQLStatement("SELECT GET_LOCK(?, ?)", [name, .integer(Self.lockSeconds)])
        guard try session.run(lock).rows.first?.first == .integer(1) else {
            throw SQLError(.unreachable, "another writer of the conversation holds its lock in the MySQL server")
        }
        let release = SQLStatement("SELECT RELEASE_LOCK(?)", [name])
        var isCommitted = false
        do throws(SQLError) {
            var number: Int?
            if try isUnchanged(session) {
                _ = try session.runPipelined(statements(numbersBySequence: session.numbersBySequence))
                isCommitted = true
                number = try lastNumber(session)
            }
            _ = try session.run(release)
            return number
        } catch {
            _ = try? session.run(release)
            throw isCommitted ? SQLError(.interrupted, error.message) : error
        }
    }

    /// How long a writer waits for another one; the statement after it needs time too.
    private static let lockSeconds = 5

    private func isUnchanged(_ session: any SQLSession) throws(SQLError) -> Bool {
        let text = "SELECT id, data FROM events WHERE \(sender.text) ORDER BY id DESC LIMIT 1"
        guard let last = try session.run(SQLStatement(text, sender.values)).rows.first else { return known == 0 }
        return last[0].integer == known && last[1].text.map(EventRow.digest) == position.digest
    }

    private func lastNumber(_ session: any SQLSession) throws(SQLError) -> Int {
        guard !rows.isEmpty else { return 0 }
        let text = "SELECT id FROM events WHERE \(sender.text) ORDER BY id DESC LIMIT 1"
        return try session.run(SQLStatement(text, sender.values)).rows.first?[0].integer ?? 0
    }

    /// A statement for every so many rows, and one to delete the earlier ones.
    private func statements(numbersBySequence: Bool = false) -> [SQLStatement] {
        let columns = (numbersBySequence ? "id, " : "") + Self.columns
        let place = numbersBySequence ? "(NEXTVAL(\(EventTable.sequence)), ?, ?, ?, ?, ?, ?)" : "(?, ?, ?, ?, ?, ?)"
        let inserts = stride(from: 0, to: rows.count, by: Self.rowsAtOnce).map { start in
            let part = rows[start..<min(start + Self.rowsAtOnce, rows.count)]
            let places = Array(repeating: place, count: part.count).joined(separator: ", ")
            return SQLStatement("INSERT INTO events (\(columns)) VALUES \(places)", part.flatMap(values))
        }
        return isWhole ? inserts + [deletion] : inserts
    }

    private static let rowsAtOnce = 500

    private func values(of row: EventRow) -> [SQLValue] {
        [
            .text(conversation), .text(row.type), .real(row.timestamp), SQLValue(row.intent), SQLValue(row.action),
            .text(row.data),
        ]
    }

    private var deletion: SQLStatement {
        SQLStatement("DELETE FROM events WHERE \(sender.text) AND id <= ?", sender.values + [.integer(known)])
    }

    // MARK: In one round trip

    /// Whether the conversation still ends with the known row, as a condition.
    private var guarded: (text: String, values: [SQLValue]) {
        guard known > 0 else {
            return ("NOT EXISTS (SELECT 1 FROM events WHERE \(sender.text))", sender.values)
        }
        return (
            "EXISTS (SELECT 1 FROM events WHERE id = ? AND \(sender.text))"
                + " AND NOT EXISTS (SELECT 1 FROM events WHERE \(sender.text) AND id > ?)",
            [.integer(known)] + sender.values + sender.values + [.integer(known)]
        )
    }

    /// PostgreSQL: a lock of the conversation until the end of the transaction, then the guarded writing; all of it is
    /// sent at once, so that a writer that stops holds up nobody.
    private func runPipelined(_ session: any SQLSession) throws(SQLError) -> Int? {
        let condition = guarded
        let results = try session.runPipelined([
            SQLStatement("SELECT pg_advisory_xact_lock(?)", [.integer(key)]),
            rows.isEmpty
                ? SQLStatement(
                    "DELETE FROM events WHERE sender_id = ? AND id <= ? AND \(condition.text)",
                    [.text(conversation), .integer(known)] + condition.values)
                : SQLStatement(
                    """
                    WITH fresh AS (
                        INSERT INTO events (\(Self.columns))
                        SELECT ?, v.kind, v.at, v.intent, v.action, v.body
                        FROM json_to_recordset(?::json)
                            AS v(n int, kind text, at float, intent text, action text, body text)
                        WHERE \(condition.text)
                        ORDER BY v.n
                        RETURNING id
                    ), gone AS (
                        DELETE FROM events
                        WHERE ? = 1 AND sender_id = ? AND id <= ? AND EXISTS (SELECT 1 FROM fresh)
                    )
                    SELECT max(id) FROM fresh
                    """,
                    [.text(conversation), .text(EventRow.list(rows))] + condition.values
                        + [.integer(isWhole ? 1 : 0), .text(conversation), .integer(known)]),
        ])
        guard !rows.isEmpty else { return known == 0 || results[1].changes > 0 ? 0 : nil }
        return results[1].rows.first?[0].integer
    }

    /// The number by which PostgreSQL locks the conversation; two that share one only wait for each other.
    private var key: Int { Int(bitPattern: UInt(FNV1a("parley:\(conversation)".utf8).value)) }
}
