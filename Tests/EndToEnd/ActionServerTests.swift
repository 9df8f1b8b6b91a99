import CZlib
import EndToEndSupport
import ExactText
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Custom actions run on an action server, and its faults stay its own", .ownThread)
struct ActionServerTests {
    private static let archive = Fixtures.path("counter.tar.gz")

    private func server(
        _ stub: HTTPStub, _ more: String = "", port: Int? = nil, timeout: Int = 30
    ) throws -> ParleyServer {
        let url = (port.map { "http://127.0.0.1:\($0)" } ?? stub.url) + "/webhook"
        return try ParleyServer(
            model: Self.archive, stub: stub,
            endpoints: "action_endpoint:\n  url: \(url)\n  timeout: \(timeout)\n\(more)")
    }

    private func names(_ events: [JSON]) -> [String] {
        events.compactMap { event in
            switch event["event"] {
            case "action", "slot": event["name"]?.string
            case "user", "bot": "\(event["event"]?.string ?? ""): \(event["text"]?.string ?? "")"
            default: event["event"]?.string
            }
        }
    }

    @Test("The request holds what Rasa's holds; responses come before events")
    func protocolOfRasa() throws {
        let stub = try HTTPStub { request in
            guard request.json["next_action"] == "action_check" else { return .status(200, #"{"events": []}"#) }
            return .status(
                200,
                """
                {"events": [{"event": "slot", "name": "bell", "value": "b"}],
                 "responses": [{"response": "utter_ring", "bell": "given", "buttons": [{"title": "t", "payload": "/p"}]},
                               {"text": "done", "image": "i.png", "custom": {}}]}
                """)
        }
        let server = try server(stub, "  token: t 1\n  headers:\n    X-Own: yes it is\n  params:\n    a: b\n")
        let response = try server.say("check", as: "ann")
        #expect(response.json?.array?.compactMap { $0["text"]?.string } == ["Ding (given).", "done"])
        let events = try server.events(of: "ann")
        #expect(
            names(events).suffix(7) == [
                "user: check", "user_featurization", "action_check", "bot: Ding (given).", "bot: done", "bell",
                "action_listen",
            ])
        let request = try #require(stub.requests.first { $0.json["next_action"] == "action_check" })
        #expect(request.head.hasPrefix("POST /webhook?a=b&token=t%201 "))
        #expect(request.head.lowercased().contains("x-own: yes it is"))
        #expect(
            Array((request.json.object ?? [:]).keys) == ["next_action", "sender_id", "tracker", "version", "domain"])
        #expect(request.json["tracker"]?["events"]?.array?.count == 5)
        #expect(request.json["domain"]?["forms"]?["order_form"] != nil)
    }

    @Test(
        "A server that is down, slow, failing, talking nonsense or too much costs the action and nothing else",
        arguments: ["down", "slow", "slow body", "500", "garbage", "list", "wrong event", "large", "close"])
    func faults(kind: String) throws {
        let stub = try HTTPStub { request in
            guard request.json["next_action"] == "action_check" else { return .status(200, #"{"events": []}"#) }
            switch kind {
            case "slow": return .silence
            case "slow body": return .trickle
            case "500": return .status(500, "{}")
            case "garbage": return .status(200, "}{")
            case "list": return .status(200, "[]")
            case "wrong event": return .status(200, #"{"events": [{"event": "slot", "name": "bell"}, {"event": "x"}]}"#)
            case "large": return .large(100 << 20)
            default: return .close
            }
        }
        let server = try server(
            stub, port: kind == "down" ? try Loopback.sparePort() : nil, timeout: kind.hasPrefix("slow") ? 2 : 30)
        // The faulty turn is under way while another conversation of the same worker is served.
        let connection = try HTTPConnection(port: server.port)
        try connection.request("POST", "/webhooks/rest/webhook", #"{"sender": "ann", "message": "check"}"#)
        let other = try server.say("/ring", as: "ben")
        #expect(other.json?.array?.first?["text"] == "Ding (None).")
        let response = try connection.response()
        #expect(response.status == 200)
        #expect(response.json == [])
        #expect(
            names(try server.events(of: "ann")).suffix(4) == [
                "user: check", "user_featurization", "action_check", "action_listen",
            ])
        #expect(try server.say("hello", as: "ann").json?.array?.first?["text"] == "Welcome to the counter.")
    }

    @Test("An action that declines to run is marked, and another is chosen")
    func rejection() throws {
        let stub = try HTTPStub { request in
            request.json["next_action"] == "action_check"
                ? .status(400, #"{"error": "no", "action_name": "action_check"}"#) : .status(200, #"{"events": []}"#)
        }
        let server = try server(stub)
        #expect(try server.say("check", as: "ann").status == 200)
        let events = names(try server.events(of: "ann"))
        #expect(events.contains("action_execution_rejected"))
        #expect(!events.contains("action_check"))
    }

    @Test("A compressed request is the same request")
    func compression() throws {
        let stub = try HTTPStub { _ in .status(200, #"{"events": []}"#) }
        let server = try ParleyServer(
            model: Self.archive, stub: stub, endpoints: "action_endpoint:\n  url: \(stub.url)/webhook\n",
            environment: ["COMPRESS_ACTION_SERVER_REQUEST": "true"])
        _ = try server.say("check", as: "ann")
        let request = try #require(stub.requests.last)
        #expect(request.head.lowercased().contains("content-encoding: deflate"))
        var length = UInt(1 << 20)
        var plain = [UInt8](repeating: 0, count: Int(length))
        #expect(uncompress(&plain, &length, request.body, UInt(request.body.count)) == Z_OK)
        #expect(try JSON(parsing: Array(plain.prefix(Int(length))))["next_action"] == "action_check")
    }

    /// Needs a Python with rasa-sdk 3.6, named by the variable RASA_SDK_PYTHON: `pip install rasa-sdk==3.6.2`.
    @Test(
        "An unmodified rasa-sdk server works behind it: forms, checks, custom mappings, reminders",
        .enabled(if: ProcessInfo.processInfo.environment["RASA_SDK_PYTHON"] != nil))
    func rasaSDK() throws {
        let python = ProcessInfo.processInfo.environment["RASA_SDK_PYTHON"] ?? ""
        let port = try Loopback.sparePort()
        let sdk = try RunningProcess(
            python, ["-m", "rasa_sdk", "--actions", "counter_actions", "--port", String(port)],
            directory: Fixtures.path(""))
        defer { sdk.signal(SIGKILL) }
        _ = try sdk.awaitLine { $0.contains("Action endpoint is up") ? true : nil }
        try Loopback.awaitListener(on: port)
        let redis = try RedisServer()
        let server = try ParleyServer(
            model: Self.archive, workers: 2, redis: redis,
            endpoints: "action_endpoint:\n  url: http://127.0.0.1:\(port)/webhook\n")
        func say(_ text: String) throws -> [String] {
            (try server.say(text, as: "ann").json?.array ?? []).compactMap { $0["text"]?.string }
        }
        #expect(try say("hello") == ["Welcome to the counter."])
        #expect(try say("hello") == ["Welcome to the counter."])
        #expect(try say("order") == ["Small or large?"])
        #expect(try say("huge") == ["There is no such size.", "Small or large?"])
        #expect(try say("Large") == ["Who is the large one for?"])
        #expect(try say("Ida") == ["One large for Ida."])
        #expect(try say(#"/ring{"bell": "loud"}"#) == ["Ding (LOUD)."])
        #expect(try say("remind") == [])
        let tracker = try server.call("GET", "/conversations/ann/tracker").json
        #expect(tracker?["slots"]?["greeting_count"] == 2)
    }
}
