import Foundation
import Testing

@testable import Brokers

@Suite("The file broker writes one line per event")
struct FileBrokerTests {
    @Test func lines() throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/rasa_event.log"
        try "{}\n".write(toFile: path, atomically: true, encoding: .utf8)
        let broker = FileBroker(path: path)
        try broker.connect()
        let events = (0..<3).map { OutgoingEvent(id: "\($0)", conversation: "a", body: Array("{\"n\": \($0)}".utf8)) }
        #expect(broker.publish(events).confirmed == 3)
        broker.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}\n{\"n\": 0}\n{\"n\": 1}\n{\"n\": 2}\n")
    }

    @Test func noFolder() {
        let broker = FileBroker(path: "/nowhere/at/all")
        #expect { try broker.connect() } throws: { "\($0)".contains("/nowhere/at/all") }
    }
}
