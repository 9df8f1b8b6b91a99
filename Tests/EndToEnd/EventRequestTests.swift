import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Events of requests become part of a conversation as in Rasa", .ownThread)
struct EventRequestTests {
    @Test("What Rasa's schema does not allow is refused with the member's name, and nothing is stored")
    func refusals() throws {
        let server = try ParleyServer()
        #expect(try server.say("/greet", as: "ann").status == 200)
        let before = try server.events(of: "ann")
        for (event, words) in [
            (#"{"event": "user", "text": "x", "parse_data": {"intent": {"name": null}}}"#, "parse_data/intent/name"),
            (#"{"event": "user", "text": "x", "parse_data": {"entities": null}}"#, "parse_data/entities"),
            (#"{"event": "slot", "name": "x"}"#, "value"),
            (#"{"event": "entities", "entities": [{"value": 1}]}"#, "entities/0/entity"),
            (#"{"event": "action", "name": "utter_x", "hide_rule_turn": null}"#, "hide_rule_turn"),
            (#"{"event": "restart", "timestamp": "now"}"#, "timestamp"),
            (#"{"event": "reminder", "intent": "greet", "date_time": "soon"}"#, "date_time"),
        ] {
            for method in ["POST", "PUT"] {
                let response = try server.call(method, "/conversations/ann/tracker/events", "[\(event)]")
                #expect(
                    response.status == 400 && response.json?["message"]?.string?.contains(words) == true, "\(event)")
            }
        }
        #expect(try server.events(of: "ann") == before)
    }

    @Test("Entities that come later are those of the message before, where it had some")
    func entities() throws {
        let server = try ParleyServer()
        let found = #"{"entity": "tea", "value": "green", "start": 0, "end": 5}"#
        let user = #"{"event": "user", "text": "green", "parse_data": {"entities": [\#(found)]}}"#
        let added = #"{"event": "entities", "entities": [\#(found), {"entity": "cup", "value": 2}]}"#
        let listen = #"{"event": "action", "name": "action_listen"}"#
        #expect(try server.call("PUT", "/conversations/ann/tracker/events", "[\(listen), \(user)]").status == 200)
        #expect(try server.call("POST", "/conversations/ann/tracker/events", added).status == 200)
        let message = try server.events(of: "ann").first { $0["event"] == "user" }
        #expect(message?["parse_data"]?["entities"]?.array?.map { $0["value"] } == ["green", 2])
    }

    @Test("Who has only been looked at begins a session with what the first message says about it")
    func lookedAt() throws {
        let server = try ParleyServer()
        #expect(try server.events(of: "ann").count == 3)
        #expect(try server.say("/greet", as: "ann", metadata: ["page": "home"]).status == 200)
        let tracker = try server.call("GET", "/conversations/ann/tracker").json
        #expect(tracker?["slots"]?["session_started_metadata"] == ["page": "home"])
    }
}
