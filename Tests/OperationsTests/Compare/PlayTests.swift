import Dialogue
import ExactText
import JSON
import Prefork
import TestSupport
import Testing
import Training
import YAML

@testable import Operations

@Suite("What is played is made of")
struct PlayTests {
    private func steps(_ text: String) throws -> [StoryStep] {
        var reader = StoryReader(nil, takesUnknownSlots: true)
        try reader.take(try YAMLReader().read(Array(text.utf8), file: "stories.yml"))
        return reader.steps
    }

    private func says(_ plays: [Play]) -> [[String]] { plays.map { $0.requests.map(\.says) } }

    @Test("stories: what their users say, as texts or in the short form; rules are left out")
    func stories() throws {
        let steps = try steps(
            """
            stories:
            - story: a visit
              steps:
              - intent: greet
              - action: utter_greet
              - intent: order
                entities: [{drink: tea}, {drink: water}, {table: "7"}]
              - slot_was_set: [{drink: tea}]
              - user: "i pay [now](time)"
                intent: pay
              - intent: faq/price
            rules:
            - rule: bye
              steps: [{intent: bye}, {action: utter_bye}]
            """)
        let plays = StoryPlays.plays(
            steps, kind: .story, limit: 10, textsOfResponseKeys: ["faq/price": "what does it cost?"])
        #expect(
            says(plays) == [
                ["/greet", #"/order{"drink":["tea","water"],"table":"7"}"#, "i pay now", "what does it cost?"]
            ])
        #expect(plays[0].name == "a visit (stories.yml:2)" || plays[0].name.hasPrefix("a visit (stories.yml:2"))
        #expect(plays[0].requests.map(\.intent) == ["greet", "order", "pay", "faq"])
        #expect(plays[0].requests[0].body == ["sender": "{sender}", "message": "/greet"])
    }

    @Test("checkpoints and alternatives: each way once, circles are left")
    func checkpoints() throws {
        let steps = try steps(
            """
            stories:
            - story: begin
              steps: [{intent: a}, {or: [{intent: b}, {intent: c}]}, {checkpoint: on}]
            - story: end
              steps: [{checkpoint: on}, {intent: d}]
            - story: again
              steps: [{checkpoint: on}, {intent: e}, {checkpoint: on}]
            """)
        let plays = says(StoryPlays.plays(steps, kind: .story, limit: 100))
        #expect(plays.contains(["/a", "/b", "/d"]) && plays.contains(["/a", "/c", "/e", "/d"]), "\(plays)")
        #expect(plays.count < 10 && plays.allSatisfy { $0.count <= 5 })
        #expect(StoryPlays.plays(steps, kind: .story, limit: 1).count == 1)
    }

    @Test("examples: each intent gets its share of the limit, each text comes once")
    func examples() {
        let examples = [("a1", "a"), ("a2", "a"), ("a1", "a"), ("a3", "a"), ("b1", "b")].map {
            Example(text: $0, intent: $1)
        }
        #expect(says(ExamplePlays.plays(examples, limit: 3, isParsed: true)) == [["a1"], ["b1"], ["a2"]])
        let all = ExamplePlays.plays(examples, limit: 100, isParsed: false)
        #expect(says(all) == [["a1"], ["b1"], ["a2"], ["a3"]])
        #expect(all[0].requests[0].route == "POST /webhooks/rest/webhook" && all[0].isConversation)
        #expect(!ExamplePlays.plays(examples, limit: 1, isParsed: true)[0].isConversation)
    }

    @Test("tests of later versions: the texts of users")
    func endToEnd() throws {
        let document: JSON = [
            "test_cases": [
                ["test_case": "pay", "steps": [["user": "hello"], ["utter": "utter_greet"], ["user": "i pay"]]],
                ["test_case": "nothing", "steps": [["bot": "hello"]]],
            ]
        ]
        let plays = EndToEndPlays.plays(document, file: "t.yml", limit: 10)
        #expect(says(plays) == [["hello", "i pay"]] && plays[0].name == "pay (t.yml)")
        #expect(EndToEndPlays.plays(document, file: "t.yml", limit: -1).isEmpty)
        #expect(EndToEndPlays.plays(["stories": []], file: "t.yml", limit: 10).isEmpty)
    }

    @Test("stored conversations: what their users said, but for what no user can say")
    func conversations() {
        let events = ["hello", "EXTERNAL: remind", "/bye"].map { Event(.user(UserUttered(text: $0)), timestamp: 1) }
        let play = StoredConversationPlay.play("ann", events + [Event(.pause, timestamp: 2)])
        #expect(play?.requests.map(\.says) == ["hello", "/bye"] && play?.name == "ann")
        #expect(StoredConversationPlay.play("ann", [Event(.pause, timestamp: 2)]) == nil)
    }
}

@Suite("Recorded requests")
struct RecordedRequestsTests {
    private func plays(_ lines: [String], limit: Int = 100) throws -> [Play] {
        try RecordedRequests.plays(Array(lines.joined(separator: "\n").utf8), file: "r.jsonl", limit: limit)
    }

    @Test("of one conversation follow each other under another name; others stand for themselves")
    func conversations() throws {
        let plays = try plays([
            #"{"path": "/webhooks/rest/webhook", "body": {"sender": "ann", "message": "hi"}}"#, "",
            #"{"path": "/model/parse", "body": {"text": "hi"}}"#,
            #"{"method": "POST", "path": "/conversations/ann/execute?include_events=NONE", "body": {"name": "utter_a"}}"#,
            #"{"method": "get", "path": "/conversations/bob/tracker"}"#,
        ])
        #expect(plays.map(\.name) == ["ann (r.jsonl)", "bob (r.jsonl)", "r.jsonl:3"])
        #expect(
            plays[0].requests.map { $0.path(for: "x y") } == [
                "/webhooks/rest/webhook", "/conversations/x%20y/execute?include_events=NONE",
            ])
        #expect(plays[0].requests[0].body(for: "x") == ["sender": "x", "message": "hi"])
        #expect(plays[0].requests[1].route == "POST /conversations/{id}/execute")
        #expect(plays[1].requests[0].method == "GET")
        #expect(plays.map(\.isConversation) == [true, true, false])
        #expect(try self.plays([#"{"path": "/version"}"#, #"{"path": "/status"}"#], limit: 1).count == 1)
    }

    @Test(
        "that would change servers or write to people are refused with their line",
        arguments: [
            #"{"method": "PUT", "path": "/model", "body": {}}"#, #"{"path": "/webhooks/telegram/webhook", "body": {}}"#,
            #"{"method": "POST", "path": "/model/train", "body": {}}"#, #"{"path": "//evil/x"}"#,
            #"{"path": "/webhooks/callback/webhook", "body": {"sender": "a"}}"#, #"{"path": "version"}"#, "[]", "{",
        ])
    func refusals(line: String) throws {
        let failure = #expect(throws: BootFailure.self) { try plays(["", line]) }
        #expect(failure?.message.hasPrefix("r.jsonl:2: ") == true && failure?.status == ExitStatus.data)
    }
}
