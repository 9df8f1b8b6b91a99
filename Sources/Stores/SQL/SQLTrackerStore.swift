package import Dialogue
package import Offloading
package import SQL

/// Keeps conversations in Rasa's table `events` of an SQL database (`SQLTrackerStore`), so that both may work on them
/// in turn, whoever made the table.
///
/// A position is the number of a conversation's last row: numbers only grow, so a writer that knows an older one comes
/// too late. A turn on PostgreSQL costs two round trips.
package final class SQLTrackerStore: TrackerStore {
    /// How often a writing is tried again that another one made impossible in the moment.
    private static let attempts = 5
    /// What the column `sender_id` of a server can hold.
    private static let nameLength = 255

    private let client: SQLClient
    private let offload: any Offload

    /// The event `session_started`.
    package var sessionBeginning: SessionBeginning { .event }

    /// A store over a pool of connections of its own.
    ///
    /// - Parameter offload: Reads and writes long conversations.
    package init(client: SQLClient, offload: any Offload = InlineOffload()) {
        self.client = client
        self.offload = offload
    }

    /// Makes the table where it is missing, and looks whether it can be used.
    ///
    /// - Throws: ``SQLError``.
    package func prepare(schema: String? = nil) async throws(SQLError) {
        try await EventTable(client: client, schema: schema).prepare()
    }

    /// Reads what the caller does not know; the whole, where its last row is not there any more.
    package func changes(to conversation: String, since position: Revision) async throws -> StoredChanges {
        try check(conversation)
        guard position.length > 0 else {
            guard let stored = try await whole(conversation) else { return .none }
            return .other(stored)
        }
        let sender = SenderCondition(conversation, client.dialect)
        let rows = try await read(
            "SELECT id, data FROM events WHERE \(sender.text) AND id >= ? ORDER BY id",
            sender.values + [.integer(position.length)])
        guard let known = rows.first, known[0].integer == position.length,
            EventRow.digest(known[1].text ?? "") == position.digest
        else { return .other(try await whole(conversation)) }
        guard rows.count > 1 else { return .none }
        let events = try await offload.compute(if: rows.count > ShortWork.events) { () throws(StoreError) in
            try EventRow.events(rows.dropFirst())
        }
        return .added(events, Self.end(of: rows))
    }

    package func lastSession(of conversation: String) async throws -> StoredConversation? {
        try check(conversation)
        let sender = SenderCondition(conversation, client.dialect)
        // The sum keeps PostgreSQL from walking through the table's end in search of the largest number.
        let rows = try await read(
            """
            SELECT id, data FROM events WHERE \(sender.text) AND id >= COALESCE((
                SELECT max(id + 0) FROM events
                WHERE \(sender.text) AND type_name = 'action' AND action_name = 'action_session_start'
            ), 0) ORDER BY id
            """, sender.values + sender.values)
        return try await Self.conversation(rows, offload)
    }

    /// Adds rows for the new events, in one transaction.
    package func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision {
        guard !events.isEmpty else { return position }
        return try await write(events, conversation, after: position, isWhole: false)
    }

    /// Adds rows for the events and deletes all earlier ones, in one transaction.
    package func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision {
        try await write(events, conversation, after: position, isWhole: true)
    }

    /// All conversations that have rows.
    package func conversations() async throws -> [String] {
        try await read("SELECT DISTINCT \(SenderCondition.letters(of: "sender_id", client.dialect)) FROM events", [])
            .compactMap(\.first?.text)
    }

    package func close() async { await client.close() }

    private func write(
        _ events: [Event], _ conversation: String, after position: Revision, isWhole: Bool
    ) async throws(StoreError) -> Revision {
        try check(conversation)
        let rows = try await offload.compute(if: ShortWork.isExceeded(by: events)) { () throws(StoreError) in
            events.map(EventRow.init)
        }
        let writing = EventWriting(
            conversation: conversation, dialect: client.dialect, position: position, rows: rows, isWhole: isWhole)
        var interruption: SQLError?
        for attempt in 1... {
            do throws(SQLError) {
                let number = try await client.use(isRepeatable: false) { (session) throws(SQLError) in
                    try writing.run(session)
                }
                guard let number else { break }
                return rows.last.map { Revision(length: number, digest: $0.digest) } ?? .start
            } catch {
                switch error.code {
                case .conflict where attempt < Self.attempts: continue
                case .interrupted where interruption == nil: interruption = error
                case _ where error.code == .interrupted || interruption != nil:
                    if let written = try? await end(of: rows, in: conversation, after: position) { return written }
                    throw Self.unknown(error)
                default: throw Self.error(error)
                }
            }
        }
        guard let interruption else { throw .conflict }
        // What came between may be the first attempt, whose response was lost.
        let written: Revision?
        do {
            written = try await end(of: rows, in: conversation, after: position)
        } catch {
            throw Self.unknown(interruption)
        }
        guard let written else { throw .conflict }
        return written
    }

    private static func unknown(_ error: SQLError) -> StoreError { .unknown("the tracker store: \(error)") }

    /// The position behind these rows, if they stand right after a position, where only a writing that started from
    /// there can have put them.
    private func end(
        of rows: [EventRow], in conversation: String, after position: Revision
    ) async throws(StoreError) -> Revision? {
        let sender = SenderCondition(conversation, client.dialect)
        let stored = try await read(
            "SELECT id, data FROM events WHERE \(sender.text) AND id > ? ORDER BY id",
            sender.values + [.integer(position.length)])
        let found = rows.isEmpty ? stored : Array(stored.prefix(rows.count))
        guard found.map({ $0[1].text }) == rows.map(\.data) else { return nil }
        return found.isEmpty ? .start : Self.end(of: found)
    }

    private func whole(_ conversation: String) async throws(StoreError) -> StoredConversation? {
        let sender = SenderCondition(conversation, client.dialect)
        let text = "SELECT id, data FROM events WHERE \(sender.text) ORDER BY id"
        return try await Self.conversation(try await read(text, sender.values), offload)
    }

    private static func conversation(
        _ rows: [[SQLValue]], _ offload: any Offload
    ) async throws(StoreError) -> StoredConversation? {
        guard !rows.isEmpty else { return nil }
        let isLong = rows.count > ShortWork.events
        if isLong { offload.release(rows) }
        return try await offload.compute(if: isLong) { () throws(StoreError) in
            StoredConversation(events: try EventRow.events(rows), position: end(of: rows))
        }
    }

    private static func end(of rows: [[SQLValue]]) -> Revision {
        guard let last = rows.last, let number = last[0].integer else { return .start }
        return Revision(length: number, digest: EventRow.digest(last[1].text ?? ""))
    }

    private func read(_ text: String, _ values: [SQLValue]) async throws(StoreError) -> [[SQLValue]] {
        do throws(SQLError) {
            return try await client.read(SQLStatement(text, values))
        } catch {
            throw Self.error(error)
        }
    }

    /// A name that the column cannot hold would be cut, and then be another conversation's.
    private func check(_ conversation: String) throws(StoreError) {
        guard client.dialect != .sqlite else { return }
        guard conversation.unicodeScalars.count <= Self.nameLength else {
            throw StoreError(.refused, "the conversation's name is longer than \(Self.nameLength) characters")
        }
        guard client.dialect != .postgreSQL || !conversation.unicodeScalars.contains("\0") else {
            throw StoreError(.refused, "the conversation's name has a zero character, which PostgreSQL cannot store")
        }
    }

    private static func error(_ error: SQLError) -> StoreError {
        switch error.code {
        case .valueTooLong: StoreError(.refused, "an event is longer than the table can hold")
        default: StoreError(.unreachable, "the tracker store: \(error)")
        }
    }
}
