import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("What is large is refused with the limit, or answered like everything else", .ownThread)
struct LargeRequestTests {
    private func message(_ text: String, _ sender: String = "ann") -> String {
        #"{"sender": "\#(sender)", "message": "\#(text)"}"#
    }

    @Test("Too long a message is refused wherever there is somebody to tell, and nothing of it is stored")
    func longMessages() throws {
        let server = try ParleyServer(
            ["--enable-api", "--max-message-length", "1000"],
            credentials: "rest:\ncallback:\n  url: http://127.0.0.1:1/\n")
        let long = String(repeating: "é", count: 1001)
        for (path, body) in [
            ("/webhooks/rest/webhook", message(long)), ("/webhooks/callback/webhook", message(long)),
            ("/model/parse", #"{"text": "\#(long)"}"#),
            ("/conversations/ann/messages", #"{"sender": "user", "text": "\#(long)"}"#),
        ] {
            let response = try server.call("POST", path, body)
            #expect(response.status == 413, "\(path)")
            #expect(response.json?["message"]?.string?.contains("1000 characters") == true, "\(path)")
        }
        #expect(try server.events(of: "ann").first { $0["event"] == "user" } == nil)
        #expect(try server.call("POST", "/webhooks/rest/webhook", message(String(long.dropLast()))).status == 200)
    }

    @Test("The longest messages, conversations and bodies that are allowed are answered by a worker that lives on")
    func allowed() throws {
        let redis = try RedisServer()
        let server = try ParleyServer(["--enable-api"], redis: redis)
        let workers = server.workers
        #expect(
            try server.call("POST", "/webhooks/rest/webhook", message(String(repeating: "a ", count: 5000))).status
                == 200)
        let entities = (0..<1000).map { #"\"k\#($0)\":1"# }.joined(separator: ",")
        #expect(try server.call("POST", "/webhooks/rest/webhook", message("/greet{\(entities)}")).status == 200)
        let turn = """
            {"event": "action", "name": "action_listen"}, {"event": "user", "text": "hi", "parse_data": {"intent": \
            {"name": "greet", "confidence": 1.0}, "entities": []}}, {"event": "action", "name": "utter_greet"}
            """
        let turns = Array(repeating: turn, count: 3000).joined(separator: ",")
        let path = "/conversations/bob/tracker"
        #expect(try server.call("PUT", "\(path)/events", "[\(turns)]").json?["events"]?.array?.count == 9000)
        #expect(try server.call("GET", "\(path)?include_events=ALL").json?["events"]?.array?.count == 9000)
        #expect(try server.call("GET", "/conversations/bob/story").text.contains("utter_greet"))
        #expect(try server.say("/greet", as: "bob").status == 200)
        let undo = Array(repeating: #"{"event": "undo"}"#, count: 4000).joined(separator: ",")
        #expect(try server.call("POST", "\(path)/events", "[\(undo)]").status == 200)
        #expect(try server.call("POST", "/model/predict", "[\(turns), \(undo)]").status == 200)
        #expect(try server.say("/greet", as: "bob").status == 200)
        #expect(server.workers == workers)
    }
}
