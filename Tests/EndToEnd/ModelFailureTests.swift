import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

/// Models that Rasa trains, loads, and fails with at each message.
@Suite("A model whose options cannot be used is loaded, and fails as in Rasa", .ownThread)
struct ModelFailureTests {
    private func server(_ pipeline: String, _ policies: String) throws -> ParleyServer {
        let directory = try TemporaryDirectory()
        let files = [
            "config.yml":
                "recipe: default.v1\nassistant_id: odd\nlanguage: en\npipeline: \(pipeline)\npolicies: \(policies)\n",
            "domain.yml":
                """
            intents: [greet]
            slots:
              s: {type: rasa.shared.core.slots.TextSlot, value_reset_delay: 5, mappings: [{type: custom}]}
            responses:
              utter_greet: [{text: Hello.}]
            """,
            "data.yml":
                """
            nlu:
            - intent: greet
              examples: |
                - hello
            rules:
            - rule: greet
              steps: [{intent: greet}, {action: utter_greet}]
            """,
        ]
        for (name, text) in files { try directory.write(text, as: name) }
        let training = try RunningProcess(
            ParleyServer.binary, ["train", "--data", "data.yml", "--fixed-model-name", "m"], directory: directory.path)
        let ending = try training.ending()
        guard ending.status == 0 else { throw TestFailure(ending.lines.joined(separator: "\n")) }
        return try ParleyServer(model: "\(directory.path)/models/m.tar.gz")
    }

    @Test("a threshold that is a text lets no message be understood")
    func threshold() throws {
        let server = try server(
            "[{name: KeywordIntentClassifier}, {name: FallbackClassifier, threshold: '0.5'}]", "[{name: RulePolicy}]")
        let parsed = try server.call("POST", "/model/parse", #"{"text": "hello"}"#)
        #expect(parsed.status == 500)
        #expect(parsed.json?["reason"] == "ParsingError")
        let said = try server.say("hello", as: "a")
        #expect(said.status == 200)
        #expect(said.json == [])
        #expect(try server.events(of: "a").count { $0["event"] == "user" } == 0)
        let message = try server.call("POST", "/conversations/a/messages", #"{"text": "hello", "sender": "user"}"#)
        #expect(message.status == 500)
        #expect(message.json?["reason"] == "ConversationError")
    }

    @Test("a score of the fallback that is a text lets nothing be decided")
    func score() throws {
        let server = try server(
            "[{name: KeywordIntentClassifier}]", "[{name: RulePolicy, core_fallback_threshold: '0.5'}]")
        #expect(try server.call("POST", "/model/parse", #"{"text": "hello"}"#).json?["intent"]?["name"] == "greet")
        #expect(try server.say("hello", as: "a").json == [])
    }

    @Test("other values of another type are used as Python uses them")
    func values() throws {
        let server = try server(
            "[{name: KeywordIntentClassifier, case_sensitive: null}, {name: FallbackClassifier, threshold: true}]",
            "[{name: RulePolicy, enable_fallback_prediction: 0}]")
        let parsed = try server.call("POST", "/model/parse", #"{"text": "HELLO"}"#)
        #expect(parsed.json?["intent"]?["name"] == "greet")
        #expect(try server.say("hello", as: "a").json?.array?.first?["text"] == "Hello.")
    }
}
