import JSON
import System
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
        #expect(Set<String>(ids).count == 100)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test(
        "What a request leaves open stays open, as Rasa writes it again",
        arguments: [
            (#"{"event": "action_execution_rejected"}"#, "name", .null),
            (#"{"event": "loop_interrupted"}"#, "is_interrupted", false),
            (#"{"event": "loop_interrupted", "is_interrupted": null}"#, "is_interrupted", .null),
            (#"{"event": "form_validation"}"#, "is_interrupted", false),
            (#"{"event": "form_validation", "validate": null}"#, "is_interrupted", true),
            (#"{"event": "reminder", "date_time": "2099-01-01"}"#, "kill_on_user_msg", true),
            (#"{"event": "reminder", "date_time": "2099-01-01", "kill_on_user_msg": null}"#, "kill_on_user_msg", .null),
        ] as [(String, String, JSON)])
    func open(text: String, member: String, value: JSON) throws {
        let event = try Event(json: try JSON(parsing: text))
        #expect(event.json[member] == value)
    }

    @Test("Events of a kind that is gone are no part of a request")
    func topics() {
        #expect(throws: EventError.self) { try EventRules.check(["event": "topic"]) }
    }
}

@Suite("Times of reminders are read and written as in Rasa")
struct ReminderTimeTests {
    @Test(
        arguments: [
            ("2099-01-01", "2099-01-01T00:00:00", nil), ("2099-01-01 10:11", "2099-01-01T10:11:00", nil),
            ("20990101T101112Z", "2099-01-01T10:11:12+00:00", 4_070_945_472),
            ("2099-01-01T10:11:12.5-0330", "2099-01-01T10:11:12.500000-03:30", 4_070_958_072.5),
            ("2099-01-01T00:00:00.1234567+05", "2099-01-01T00:00:00.123456+05:00", 4_070_890_800.123456),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59+00:00", -1),
            ("2096-02-29T00:00:00.000Z", "2096-02-29T00:00:00+00:00", 3_981_312_000),
        ] as [(String, String, Double?)])
    func times(given: String, written: String, seconds: Double?) throws {
        let time = try #require(ISODate(given))
        #expect(time.text == written)
        if let seconds { #expect(abs(time.seconds - seconds) < 1e-5) }
    }

    @Test(
        "What does not exist is no time",
        arguments: [
            "soon", "", "2099", "2099-13-01", "2099-02-29", "2099-01-01T24:00:00", "2099-01-01T10:60", "2099-00-10",
            "2099-01-01T10:11:60", "2099-01-01T10:11:12+24:00",
        ])
    func refusals(given: String) {
        #expect(ISODate(given) == nil)
    }
}

@Suite("Stories leave out what says nothing")
struct StoryLineTests {
    @Test func actions() {
        let actions = [("...", nil), ("", "a text"), ("", nil), ("action_listen", nil), ("utter_greet", "a text")]
        let events = actions.map { Event(.action(ActionExecuted(name: $0, actionText: $1))) }
        #expect(StoryLine.lines(of: events) == [.bot("a text"), .action("utter_greet")])
    }
}
