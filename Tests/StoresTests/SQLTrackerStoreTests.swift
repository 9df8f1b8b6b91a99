import Dialogue
import JSON
import SQL
import TestSupport
import Testing

@testable import Stores

private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

@Suite("Conversations in SQL databases", .ownThread)
struct SQLTrackerStoreTests {
    @Test("are rows as Rasa writes them", arguments: StoreUnderTest.Kind.sql)
    func form(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let sql = try #require(setup.sql)
        let parse: JSONObject = ["intent": ["name": "greet", "confidence": 1.0], "entities": []]
        let events = [
            listen, Event(.user(UserUttered(text: "hé", parseData: parse)), timestamp: 1_700_000_000.5),
            Event(.slot(SlotSet("city", .string("Köln"))), timestamp: 3), Event(.sessionStarted, timestamp: 4),
        ]
        _ = try await setup.store.append(events, to: "form", after: .start, fence: 1)
        let rows = try await sql.read(
            SQLStatement(
                "SELECT type_name, intent_name, action_name, data FROM events WHERE sender_id = ? ORDER BY id",
                [.text("form")]))
        #expect(rows.map { $0[0] } == [.text("action"), .text("user"), .text("slot"), .text("session_started")])
        #expect(rows.map { $0[1] } == [.null, .text("greet"), .null, .null])
        #expect(rows.map { $0[2] } == [.text("action_listen"), .null, .text("city"), .null])
        #expect(rows.map { $0[3] } == events.map { .text($0.json.text(.python)) })
        await setup.close()
    }

    @Test("are read where another program wrote them", arguments: StoreUnderTest.Kind.sql)
    func foreign(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let sql = try #require(setup.sql)
        // As SQLAlchemy does it, which takes numbers from a sequence in MariaDB alone.
        let insert =
            kind == .mysql
            ? "INSERT INTO events (id, sender_id, type_name, timestamp, data) VALUES (NEXTVAL(events_seq), ?, ?, ?, ?)"
            : "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)"
        func write(_ data: String) async throws {
            let values: [SQLValue] = [.text("foreign"), .text("slot"), .real(1.5), .text(data)]
            _ = try await sql.write([SQLStatement(insert, values)], isRepeatable: false)
        }
        let first = try await setup.store.append([listen], to: "foreign", after: .start, fence: 1)
        try await write(#"{"event": "slot", "timestamp": 1.5, "name": "a", "value": "\u00fc"}"#)
        let slot = Event(.slot(SlotSet("a", .string("ü"))), timestamp: 1.5)
        guard case .added(let events, let position) = try await setup.store.changes(to: "foreign", since: first)
        else {
            Issue.record("the new event is not seen")
            return
        }
        #expect(events == [slot])
        await #expect(throws: StoreError.self) {
            try await setup.store.append([listen], to: "foreign", after: first, fence: 2)
        }
        _ = try await setup.store.append([listen], to: "foreign", after: position, fence: 2)
        #expect(try await setup.store.load("foreign")?.events == [listen, slot, listen])
        for nonsense in ["nonsense", #"{"event": "no such kind"}"#] {
            try await write(nonsense)
            let error = await #expect(throws: StoreError.self) { try await setup.store.load("foreign") }
            #expect(error?.code == .unreadable)
            _ = try await sql.write(
                [SQLStatement("DELETE FROM events WHERE data = ?", [.text(nonsense)])], isRepeatable: false)
        }
        await setup.close()
    }

    @Test("may be deleted, even if another one gets their numbers", arguments: StoreUnderTest.Kind.sql)
    func deleted(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let sql = try #require(setup.sql)
        let position = try await setup.store.append([listen, listen], to: "gone", after: .start, fence: 1)
        _ = try await sql.write(
            [SQLStatement("DELETE FROM events WHERE sender_id = ?", [.text("gone")])], isRepeatable: false)
        #expect(try await setup.store.changes(to: "gone", since: position) == .other(nil))
        let error = await #expect(throws: StoreError.self) {
            try await setup.store.append([listen], to: "gone", after: position, fence: 2)
        }
        #expect(error?.code == .conflict)
        let other = Recorded.events(0..<2)
        _ = try await setup.store.append(other, to: "gone", after: .start, fence: 3)
        guard case .other(let stored) = try await setup.store.changes(to: "gone", since: position) else {
            Issue.record("what has the old number is taken for the old")
            return
        }
        #expect(stored?.events == other)
        await setup.close()
    }

    @Test("with names that the column cannot hold are refused", arguments: StoreUnderTest.Kind.sql)
    func longNames(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let name = String(repeating: "ü", count: 255)
        _ = try await setup.store.append([listen], to: name, after: .start, fence: 1)
        #expect(try await setup.store.load(name)?.events == [listen])
        if kind == .sqlite {
            _ = try await setup.store.append([listen], to: name + "x", after: .start, fence: 1)
        } else {
            let error = await #expect(throws: StoreError.self) { try await setup.store.load(name + "x") }
            #expect(error?.code == .refused)
        }
        await setup.close()
    }

    #if MySQL
        @Test(
            "are numbered by Rasa's sequence in MariaDB, behind rows that have other numbers",
            .enabled(if: MariaDBServer.isInstalled, "needs mariadbd"))
        func sequence() async throws {
            let setup = try await StoreUnderTest(.mysql)
            let sql = try #require(setup.sql)
            let next = SQLStatement("SELECT NEXTVAL(events_seq)")
            let far = try #require(try await sql.read(next).first?[0].integer) + 1_000_000
            let row = SQLStatement(
                "INSERT INTO events (id, sender_id, type_name, data) VALUES (?, 'far', 'restart', ?)",
                [.integer(far), .text(#"{"event": "restart", "timestamp": 1.5}"#)])
            _ = try await sql.write([row], isRepeatable: false)
            try await #require(setup.store as? SQLTrackerStore).prepare()
            let stored = try #require(try await setup.store.load("far"))
            let position = try await setup.store.append([listen, listen], to: "far", after: stored.position, fence: 1)
            #expect(position.length > far + 1)
            #expect(try #require(try await sql.read(next).first?[0].integer) > position.length)
            await setup.close()
        }

        @Test(
            "with events that the column cannot hold are refused, and nothing is cut",
            .enabled(if: MariaDBServer.isInstalled, "needs mariadbd"))
        func longEvents() async throws {
            let setup = try await StoreUnderTest(.mysql)
            let long = Event(.slot(SlotSet("s", .string(String(repeating: "x", count: 70_000)))), timestamp: 1)
            let error = await #expect(throws: StoreError.self) {
                try await setup.store.append([listen, long], to: "long", after: .start, fence: 1)
            }
            #expect(error?.code == .refused)
            #expect(try await setup.store.load("long") == nil)
            await setup.close()
        }
    #endif

    @Test("live in a table that may be there already, and only in that", arguments: StoreUnderTest.Kind.sql)
    func table(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let again = try #require(setup.another() as? SQLTrackerStore)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { await #expect(throws: Never.self) { try await again.prepare() } }
            }
        }
        await again.close()
        guard kind == .sqlite else { return await setup.close() }
        let sql = try #require(setup.sql)
        _ = try await sql.write(
            [SQLStatement("DROP TABLE events"), SQLStatement("CREATE TABLE events (id INTEGER, data TEXT)")],
            isRepeatable: false)
        let error = await #expect(throws: SQLError.self) {
            try await #require(setup.store as? SQLTrackerStore).prepare()
        }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("not that of a tracker store") == true)
        await setup.close()
    }

    #if PostgreSQL
        @Test(
            "cost two round trips a turn in PostgreSQL, also where they are new to a worker",
            .enabled(if: PostgreSQLServer.isInstalled, "needs postgresql"))
        func cost() async throws {
            let client = SQLClient(try StoreUnderTest.postgreSQL())
            let store = SQLTrackerStore(client: client)
            try await store.prepare()
            var position = Revision.start
            for turn in 0..<3 {
                let before = client.roundTrips
                if turn < 2 {
                    #expect(try await store.lastSession(of: "cost")?.position ?? .start == position)
                } else {
                    #expect(try await store.changes(to: "cost", since: position) == .none)
                }
                position = try await store.append([listen, listen], to: "cost", after: position, fence: 1)
                #expect(client.roundTrips - before == 2)
            }
            await store.close()
        }
    #endif

    @Test("are stored once when the answer was lost", arguments: StoreUnderTest.Kind.sql.filter { $0 != .sqlite })
    func lostResponse(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        var configuration = try kind == .mysql ? StoreUnderTest.mySQL() : StoreUnderTest.postgreSQL()
        let proxy = try TCPProxy(to: try #require(configuration.port))
        configuration.port = proxy.port
        let store = SQLTrackerStore(client: SQLClient(configuration))
        let first = try await store.append([listen], to: "lost", after: .start, fence: 1)
        // MySQL prepares a statement once, so the next response is that of the writing itself.
        let second = try await store.append([listen], to: "lost", after: first, fence: 1)
        proxy.set(.loseNextResponse)
        let third = try await store.append(Recorded.events(0..<2), to: "lost", after: second, fence: 1)
        #expect(try await setup.store.load("lost")?.position == third)
        #expect(try await setup.store.load("lost")?.events == [listen, listen] + Recorded.events(0..<2))
        // Where another one came first, the lost attempt was none.
        proxy.set(.loseNextResponse)
        let error = await #expect(throws: StoreError.self) {
            try await store.append([listen], to: "lost", after: second, fence: 1)
        }
        #expect(error?.code == .conflict)
        await store.close()
        await setup.close()
    }
}
