import Dialogue
import JSON
import TestSupport
import Testing

@testable import Assistant

@Suite("Brokers get the bytes that Rasa publishes")
struct PublishedEventTests {
    @Test func everyKindOfEvent() throws {
        let recorded = try Fixtures.json("published.json")
        let events = try #require(recorded["events"]?.array)
        let bodies = try #require(recorded["bodies"]?.array)
        let conversation = try #require(recorded["conversation"]?.string)
        #expect(events.count == bodies.count && events.count > 20)
        for (event, body) in zip(events, bodies) {
            let published = try Event(json: event).published(in: conversation)
            #expect(String(decoding: published, as: UTF8.self) == body.string)
        }
    }
}
