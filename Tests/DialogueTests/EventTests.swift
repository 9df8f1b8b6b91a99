import JSON
import Testing

@testable import Dialogue

@Suite("Values that are no events are refused with the member's name")
struct EventTests {
    @Test(
        arguments: [
            (#"17"#, "object"), (#"{}"#, "event"), (#"{"event": "no_such"}"#, "no_such"),
            (#"{"event": "slot", "value": 1}"#, "name"), (#"{"event": "slot", "name": 4}"#, "name"),
            (#"{"event": "action"}"#, "action_text"), (#"{"event": "user", "text": "x"}"#, "parse_data"),
            (#"{"event": "restart", "timestamp": "now"}"#, "timestamp"),
            (#"{"event": "bot", "metadata": []}"#, "metadata"),
        ])
    func refusals(text: String, part: String) throws {
        let json = try JSON(parsing: text)
        let error = #expect(throws: EventError.self) { try Event(json: json) }
        #expect(error?.message.contains(part) == true)
    }

    @Test("An event without a time happens now")
    func now() throws {
        let event = try Event(json: ["event": "restart"])
        #expect(event.timestamp > 1_700_000_000)
    }

    @Test("Made-up ids are 32 hexadecimal digits and differ")
    func ids() {
        let ids = (0..<100).map { _ in RandomID.hex() }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
