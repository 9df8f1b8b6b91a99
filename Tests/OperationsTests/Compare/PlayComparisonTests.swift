import JSON
import Testing

@testable import Operations

@Suite("What both servers made of a play is compared")
struct PlayComparisonTests {
    private let comparison = PlayComparison(tolerance: 1e-4, variations: ResponseVariations())

    private func ok(_ body: JSON) -> ServerReply { .response(status: 200, body: body) }

    private func record(
        _ requests: [PlannedRequest], _ replies: [(ServerReply, ServerReply)], trackers: (JSON, JSON)? = nil
    ) -> PlayRecord {
        var record = PlayRecord(
            play: Play(kind: .story, name: "visit", requests: requests), names: (against: "me-a", parley: "me-b"))
        record.replies = zip(requests, replies).map { ReplyPair(request: $0, against: $1.0, parley: $1.1) }
        record.trackers = trackers.map { ReplyPair(request: .tracker, against: ok($0.0), parley: ok($0.1)) }
        return record
    }

    private func user(_ text: String, _ intent: String, _ confidence: Double = 1) -> JSON {
        [
            "event": "user", "text": .string(text), "timestamp": 1,
            "parse_data": ["intent": ["name": .string(intent), "confidence": .double(confidence)]],
        ]
    }

    private func action(_ name: String) -> JSON { ["event": "action", "name": .string(name), "timestamp": 2] }

    private func bot(_ text: String, _ response: String) -> JSON {
        ["event": "bot", "text": .string(text), "metadata": ["utter_action": .string(response), "model_id": "m"]]
    }

    private func tracker(_ events: [JSON]) -> JSON { ["events": .array(events), "sender_id": "me-a"] }

    private func tallies(_ outcome: PlayOutcome, _ dimension: Tally.Dimension) -> [String] {
        outcome.tallies.filter { $0.dimension == dimension }.map { "\($0.name) \($0.differs)" }
    }

    @Test("names of conversations are no difference; a text is, with the action that said it")
    func texts() {
        func reply(_ name: String, _ text: String) -> ServerReply {
            ok([["recipient_id": .string(name), "text": .string(text)]])
        }
        func events(_ text: String) -> JSON {
            tracker([user("hi", "greet"), action("utter_greet"), bot(text, "utter_greet"), action("action_listen")])
        }
        let same = comparison.outcome(
            of: record(
                [.message("hi")], [(reply("me-a", "Hello"), reply("me-b", "Hello"))],
                trackers: (events("Hello"), events("Hello"))))
        #expect(same.findings.isEmpty)
        #expect(tallies(same, .action) == ["utter_greet false", "action_listen false"])
        #expect(tallies(same, .intent) == ["greet false"])
        let other = comparison.outcome(
            of: record(
                [.message("hi")], [(reply("me-a", "Hello"), reply("me-b", "Hallo"))],
                trackers: (events("Hello"), events("Hallo"))))
        #expect(other.findings.map(\.action) == ["utter_greet", "utter_greet"])
        #expect(other.findings.map(\.intent) == ["greet", "greet"] && other.left == 0)
        #expect(other.findings.map { $0.differences.map(\.path) } == [["/1/text"], ["/0/text"]])
        #expect(tallies(other, .action) == ["utter_greet true", "action_listen false"])
    }

    @Test("after another action nothing more is compared, as it differs because of that")
    func parting() {
        let before = [action("action_session_start"), ["event": "session_started"]] as [JSON]
        let left = before + [user("a", "a"), action("utter_a"), user("b", "b"), action("utter_b"), user("c", "c")]
        let right = before + [user("a", "a"), action("utter_a"), user("b", "b"), action("utter_x"), user("c", "d")]
        let replies = [(ok([]), ok([])), (ok(["b"]), ok(["x"])), (ok(["c"]), ok(["d"]))]
        let outcome = comparison.outcome(
            of: record(["a", "b", "c"].map { .message($0) }, replies, trackers: (tracker(left), tracker(right))))
        #expect(outcome.left == 1)
        #expect(outcome.findings.map(\.route) == ["GET /conversations/{id}/tracker", "POST /webhooks/rest/webhook"])
        #expect(outcome.findings[0].differences == [Difference("(next action)", "utter_b", "utter_x")])
        #expect(outcome.findings.map(\.says) == ["b", "b"])
    }

    @Test("after a confidence or a text that differs the rest is compared")
    func goingOn() {
        let left = [user("a", "a", 0.9), action("utter_a"), user("b", "b", 0.9)]
        let right = [user("a", "a", 0.8), action("utter_a"), user("b", "b", 0.7)]
        let replies = [(ok([]), ok([])), (ok([]), ok([]))]
        let outcome = comparison.outcome(
            of: record(["a", "b"].map { .message($0) }, replies, trackers: (tracker(left), tracker(right))))
        #expect(outcome.left == 0 && outcome.findings.count == 2)
        #expect(tallies(outcome, .intent) == ["a true", "b true"])
        let worst = outcome.tallies.filter { $0.dimension == .route }.map(\.worst).max() ?? 0
        #expect(abs(worst - 0.2) < 1e-9)
    }

    @Test("an event that is another one ends the comparison of its step")
    func otherEvent() {
        let slot: JSON = ["event": "slot", "name": "drink", "value": "tea"]
        let left = [user("a", "a"), slot, action("utter_a")]
        let right = [user("a", "a"), ["event": "pause"], slot, action("utter_a")] as [JSON]
        let outcome = comparison.outcome(
            of: record([.message("a")], [(ok([]), ok([]))], trackers: (tracker(left), tracker(right))))
        #expect(outcome.findings.count == 1)
        #expect(outcome.findings[0].differences.map(\.path) == ["/1"])
    }

    @Test("errors count by their status; where Rasa crashes any refusal is right")
    func errors() {
        func differs(_ status: Int, _ other: Int) -> Bool {
            let pair = (
                ServerReply.response(status: status, body: "a"), ServerReply.response(status: other, body: "b")
            )
            return !comparison.outcome(of: record([.message("a")], [pair])).findings.isEmpty
        }
        #expect(!differs(404, 404) && !differs(500, 400) && !differs(500, 503))
        #expect(differs(200, 404) && differs(404, 400) && differs(500, 200))
    }

    @Test("what got no response is told, and is no difference; so are events that one server cannot show")
    func failures() {
        let lost = comparison.outcome(of: record([.message("a")], [(.failure("gone"), ok([]))]))
        #expect(lost.failures == ["gone"] && lost.findings.isEmpty && lost.tallies.isEmpty)
        var half = record([.message("a")], [(ok([]), ok([]))])
        half.trackers = ReplyPair(
            request: .tracker, against: ok(tracker([])), parley: .response(status: 503, body: "away"))
        #expect(comparison.outcome(of: half).findings.map(\.differences) == [[Difference("(status)", 200, 503)]])
    }

    @Test("without events the intent is that of the data, or of the response")
    func intents() {
        let outcome = comparison.outcome(of: record([.message("a", intent: "greet")], [(ok(["x"]), ok(["y"]))]))
        #expect(tallies(outcome, .intent) == ["greet true"] && outcome.findings.first?.intent == "greet")
        let parsed = comparison.outcome(
            of: record([.parse("a")], [(ok(["intent": ["name": "b"]]), ok(["intent": ["name": "b"]]))]))
        #expect(tallies(parsed, .intent) == ["b false"])
    }

    @Test("the lists of a domain have no order, its responses have")
    func domain() {
        let one: JSON = ["intents": ["a", "b"], "responses": ["u": [["text": "1"], ["text": "2"]]], "version": "3.0"]
        let other: JSON = [
            "intents": ["b", "a"], "responses": ["u": [["text": "2"], ["text": "1"]]], "version": "3.1",
        ]
        let outcome = comparison.outcome(of: record([.domain], [(ok(one), ok(other))]))
        #expect(outcome.findings.first?.differences.map(\.path) == ["/responses/u/0/text", "/responses/u/1/text"])
    }
}
