import Foundation
import SQL
import Testing

@testable import Brokers

@Suite("A database gets one row per event")
struct SQLBrokerTests {
    private func events(_ range: Range<Int>) -> [OutgoingEvent] {
        range.map { OutgoingEvent(id: "\($0)", conversation: "käthe", body: Array("{\"n\": \($0)}".utf8)) }
    }

    @Test func rows() throws {
        let scratch = try Scratch()
        let configuration = SQLConfiguration(.sqlite, database: "\(scratch.path)/events.db")
        let broker = SQLBroker(configuration)
        try broker.connect()
        #expect(broker.publish(events(0..<300)).confirmed == 300)
        broker.close()
        try broker.connect()
        #expect(broker.publish(events(300..<301)).confirmed == 1)
        broker.close()
        let rows = try SQLThreadConnection(configuration).use { (session) throws(SQLError) in
            try session.run(SQLStatement("SELECT id, sender_id, data FROM events ORDER BY id")).rows
        }
        #expect(rows.count == 301)
        #expect(rows.first == [.integer(1), .text("käthe"), .text("{\"n\": 0}")])
        #expect(rows.last == [.integer(301), .text("käthe"), .text("{\"n\": 300}")])
    }

    @Test("The table of a tracker store is not written to")
    func trackerStore() throws {
        let scratch = try Scratch()
        let configuration = SQLConfiguration(.sqlite, database: "\(scratch.path)/rasa.db")
        _ = try SQLThreadConnection(configuration).use { (session) throws(SQLError) in
            try session.run(
                SQLStatement("CREATE TABLE events (id INTEGER, sender_id TEXT, type_name TEXT NOT NULL, data TEXT)"))
        }
        #expect { try SQLBroker(configuration).connect() } throws: {
            ($0 as? BrokerError)?.code == .refused && "\($0)".contains("tracker store")
        }
    }
}
