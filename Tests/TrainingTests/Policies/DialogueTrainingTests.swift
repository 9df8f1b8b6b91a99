import Dialogue
import ExactText
import JSON
import ModelArchive
import Policies
import TestSupport
import Testing

@testable import Training

/// Small assistants that are trained in a moment.
@Suite("Networks of dialogues are trained into archives that predict")
struct DialogueTrainingTests {
    private static let small = """
            epochs: 80
            random_seed: 5
            learning_rate: 0.01
            batch_size: 16
            number_of_attention_heads: 2
            transformer_size: {dialogue: 16, text: 16, action_text: 16, label_action_text: 16}
            encoding_dimension: 12
            embedding_dimension: 8
        """
    private static let stories = """
        intents: [greet, ask, leave]
        responses:
          utter_hello: [{text: a}]
          utter_answer: [{text: b}]
          utter_bye: [{text: c}]
        stories:
        - story: one
          steps:
          - intent: greet
          - action: utter_hello
          - intent: ask
          - action: utter_answer
          - intent: leave
          - action: utter_bye
        - story: two
          steps:
          - intent: greet
          - action: utter_hello
          - intent: leave
          - action: utter_bye

        """

    private static func project(_ policies: String..., stories: String = stories, pipeline: String = "[]") -> String {
        "language: en\npipeline: \(pipeline)\npolicies:\n"
            + policies.map { "  - name: \($0)\n\(small)\n" }.joined() + stories
    }

    private func said(_ intents: [(String, String)]) -> [Event] {
        var events = [Event(.action(ActionExecuted(name: DefaultAction.listen)))]
        for (intent, action) in intents {
            events.append(Event(.user(UserUttered(text: nil, parseData: ["intent": ["name": .string(intent)]]))))
            guard !action.isEmpty else { continue }
            events.append(Event(.action(ActionExecuted(name: action))))
            events.append(Event(.action(ActionExecuted(name: DefaultAction.listen))))
        }
        return events
    }

    private func prediction(_ model: PreparedModel, _ events: [Event]) throws -> (action: String, confidence: Double) {
        let domain = try Domain(json: model.metadata.domain)
        let ensemble = try PolicyEnsemble(model: model, domain: domain)
        let tracker = Tracker(conversation: "c", slots: domain.slotDefinitions, events: events)
        let found = try ensemble.predict(tracker, memory: ensemble.newMemory())
        return (domain.actionNames[try #require(found.actionIndex)], found.confidence)
    }

    @Test func actionsAreLearned() throws {
        let directory = try TemporaryDirectory()
        let model = try directory.open(try directory.train(Self.project("TEDPolicy")).path)
        for (events, action) in [
            (said([("greet", "")]), "utter_hello"), (said([("greet", "utter_hello"), ("ask", "")]), "utter_answer"),
            (said([("greet", "utter_hello"), ("leave", "")]), "utter_bye"),
            (said([("greet", "utter_hello")]).dropLast(), "action_listen"),
        ] {
            let found = try prediction(model, Array(events))
            #expect(found.action == action && found.confidence > 0.5, "\(found)")
        }
    }

    @Test func surprisesAreNoticedAndStoriesAreNone() throws {
        let directory = try TemporaryDirectory()
        let model = try directory.open(try directory.train(Self.project("UnexpecTEDIntentPolicy")).path)
        let surprise = try prediction(model, said([("greet", "utter_hello"), ("ask", "utter_answer"), ("greet", "")]))
        #expect(surprise.action == DefaultAction.unlikelyIntent)
        for intents in [[("greet", "")], [("greet", "utter_hello"), ("leave", "")]] {
            #expect(try prediction(model, said(intents)).confidence == 0)
        }
    }

    @Test func theSameSeedGivesTheSameFiles() throws {
        let directory = try TemporaryDirectory()
        let project = Self.project("TEDPolicy", "UnexpecTEDIntentPolicy")
        func files(_ name: String) throws -> [[UInt8]?] {
            let model = try directory.open(try directory.train(project, fixedName: name).path)
            return ["ted_policy.meta.json", "ted_policy.label_data.st", "featurizer.json"].map {
                model.bytes("train_TEDPolicy0", $0)
            } + [model.bytes("train_UnexpecTEDIntentPolicy1", "unexpected_intent_policy.label_quantiles.st")]
        }
        let one = try files("one")
        #expect(one.allSatisfy { $0 != nil })
        #expect(try files("other") == one)
    }

    @Test func withoutStoriesThePolicyIsLeftUntrainedWithAWarning() throws {
        let rules = """
            intents: [greet]
            responses: {utter_hello: [{text: a}]}
            rules:
            - rule: r
              steps: [{intent: greet}, {action: utter_hello}]

            """
        let directory = try TemporaryDirectory()
        let trained = try directory.train(Self.project("TEDPolicy", stories: rules))
        #expect(trained.warnings.contains { $0.description.contains("TEDPolicy is not trained: there are no stories") })
        #expect(try prediction(directory.open(trained.path), said([("greet", "")])).confidence == 0)
    }

    @Test func textsAreLearnedToo() throws {
        let stories = """
            intents: [greet]
            entities: [city]
            responses: {utter_hello: [{text: a}]}
            nlu:
            - intent: greet
              examples: |
                - hello
                - good day
            stories:
            - story: by intent
              steps: [{intent: greet}, {action: utter_hello}]
            - story: by text
              steps:
              - user: I fly to [Oslo](city)
              - bot: have a good flight
            - story: by another text
              steps:
              - user: what time is it
              - bot: it is late

            """
        let pipeline = "[{name: WhitespaceTokenizer}, {name: CountVectorsFeaturizer}]"
        let directory = try TemporaryDirectory()
        let model = try directory.open(
            try directory.train(Self.project("TEDPolicy", stories: stories, pipeline: pipeline)).path)
        #expect(model.metadata.policies.first?.needs["precomputations"] == "end_to_end_features_provider")
        let events = [
            Event(.action(ActionExecuted(name: DefaultAction.listen))),
            Event(.user(UserUttered(text: "what time is it", parseData: ["intent": ["name": "greet"]]))),
        ]
        #expect(try prediction(model, events).action == "it is late")
        let specs = try model.json("train_TEDPolicy0", "ted_policy.entity_tag_specs.json")?.array
        #expect(specs?.first?["ids_to_tags"]?["4"] == "U-city")
        #expect(try model.json("train_TEDPolicy0", "ted_policy.meta.json")?["entity_recognition"] == true)
    }
}
