import Foundation
import SQL
import TestSupport
import Testing

@testable import Brokers

@Suite("A database gets one row per event", .ownThread)
struct SQLBrokerTests {
    private func events(_ range: Range<Int>) -> [OutgoingEvent] {
        range.map { OutgoingEvent(id: "\($0)", conversation: "käthe", body: Array("{\"n\": \($0)}".utf8)) }
    }

    /// A database for one test, and what keeps it alive.
    private struct Database {
        let configuration: SQLConfiguration
        private let owner: AnyObject

        init(_ dialect: SQLConfiguration.Dialect) throws {
            guard dialect != .sqlite else {
                let directory = try TemporaryDirectory()
                owner = directory
                configuration = SQLConfiguration(.sqlite, database: "\(directory.path)/events.db")
                return
            }
            var configuration = SQLConfiguration(dialect, database: "rasa")
            configuration.host = "127.0.0.1"
            configuration.username = "parley"
            configuration.password = "secret"
            if dialect == .postgreSQL {
                let server = try PostgreSQLServer()
                owner = server
                configuration.port = server.port
            } else {
                let server = try MariaDBServer()
                owner = server
                configuration.port = server.port
            }
            self.configuration = configuration
        }

        static let installed: [SQLConfiguration.Dialect] = {
            var dialects = [SQLConfiguration.Dialect.sqlite]
            #if PostgreSQL
                if PostgreSQLServer.isInstalled { dialects.append(.postgreSQL) }
            #endif
            #if MySQL
                if MariaDBServer.isInstalled { dialects.append(.mySQL) }
            #endif
            return dialects
        }()

        func run(_ statement: String) throws -> [[SQLValue]] {
            try SQLThreadConnection(configuration).use { (session) throws(SQLError) in
                try session.run(SQLStatement(statement)).rows
            }
        }
    }

    @Test("in the order of publishing, over more than one connection", arguments: Database.installed)
    func rows(_ dialect: SQLConfiguration.Dialect) throws {
        let database = try Database(dialect)
        let broker = SQLBroker(database.configuration)
        try broker.connect()
        #expect(broker.publish(events(0..<300)).confirmed == 300)
        broker.close()
        try broker.connect()
        #expect(broker.publish(events(300..<301)).confirmed == 1)
        broker.close()
        let rows = try database.run("SELECT id, sender_id, data FROM events ORDER BY id")
        #expect(rows.count == 301)
        #expect(rows.first == [.integer(1), .text("käthe"), .text("{\"n\": 0}")])
        #expect(rows.last == [.integer(301), .text("käthe"), .text("{\"n\": 300}")])
    }

    @Test("A row that the database refuses is named, those before it are kept", arguments: Database.installed)
    func refusedRow(_ dialect: SQLConfiguration.Dialect) throws {
        let database = try Database(dialect)
        let broker = SQLBroker(database.configuration)
        try broker.connect()
        _ = try database.run("CREATE UNIQUE INDEX once ON events (sender_id)")
        let sent = ["anna", "ben", "anna", "carl"].enumerated().map {
            OutgoingEvent(id: "\($0)", conversation: $1, body: Array("{}".utf8))
        }
        let outcome = broker.publish(sent)
        #expect(outcome.confirmed == 2 && outcome.failure?.code == .refusedEvent)
        #expect(broker.publish([sent[3]]).confirmed == 1)
        let senders = try database.run("SELECT sender_id FROM events ORDER BY id").map { $0[0] }
        #expect(senders == [.text("anna"), .text("ben"), .text("carl")])
    }

    @Test("The table of a tracker store is not written to", arguments: Database.installed)
    func trackerStore(_ dialect: SQLConfiguration.Dialect) throws {
        let database = try Database(dialect)
        _ = try database.run("CREATE TABLE events (id INTEGER, sender_id TEXT, type_name TEXT NOT NULL, data TEXT)")
        #expect { try SQLBroker(database.configuration).connect() } throws: {
            ($0 as? BrokerError)?.code == .refused && "\($0)".contains("tracker store")
        }
    }
}
