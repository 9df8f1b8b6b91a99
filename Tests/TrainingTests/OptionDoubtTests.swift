import TestSupport
import Testing
import Training

@Suite("Options that Rasa takes in silence and that are probably not meant are warned of")
struct OptionDoubtTests {
    private func warnings(pipeline: String = "", policies: String = "") throws -> [String] {
        let directory = try TemporaryDirectory()
        let text = """
            language: en
            pipeline:
            - name: WhitespaceTokenizer
            - name: CountVectorsFeaturizer
            - name: KeywordIntentClassifier
            \(pipeline)
            policies:
            - name: RulePolicy
            \(policies)
            intents: [greet]
            responses:
              utter_hello: [{text: "Hello!"}]
            nlu:
            - intent: greet
              examples: |
                - hi
                - hello
            rules:
            - rule: greeting
              steps:
              - intent: greet
              - action: utter_hello
            stories:
            - story: greeting
              steps:
              - intent: greet
              - action: utter_hello

            """
        return try directory.train(text).warnings.map(\.description)
    }

    @Test(arguments: [
        (#"  case_sensitive: "false""#, #"'case_sensitive' is "false", which counts as true"#),
        ("  case_sensitive: no", #"'case_sensitive' is "no", which counts as true"#),
        ("  case_sensitive: ''", #"'case_sensitive' is "", which counts as false"#),
        ("  case_sensitive: [true]", "'case_sensitive' is [true], which counts as true"),
        ("- name: FallbackClassifier\n  threshold: '0.5'", "'threshold' is \"0.5\", but must be a number"),
        ("- name: FallbackClassifier\n  ambiguity_threshold:", "'ambiguity_threshold' is null, but must be a number"),
    ])
    func ofPipelines(_ entry: String, _ wanted: String) throws {
        let found = try warnings(pipeline: entry)
        let line = entry.hasPrefix("-") ? 7 : 6
        #expect(found.count == 1 && found[0].hasPrefix("body.yml:\(line): ") && found[0].contains(wanted), "\(found)")
    }

    @Test(arguments: [
        ("  restrict_rules: 'no'", "'restrict_rules' is \"no\", which counts as true"),
        ("  core_fallback_threshold: '0.4'", "'core_fallback_threshold' is \"0.4\", but must be a number"),
        ("- name: MemoizationPolicy\n  max_history: 0", "'max_history' is 0, which counts as all of the history"),
    ])
    func ofPolicies(_ entry: String, _ wanted: String) throws {
        let found = try warnings(policies: entry)
        #expect(found.count == 1 && found[0].contains(wanted), "\(found)")
        let line = entry.hasPrefix("-") ? 10 : 9
        #expect(found.first?.hasPrefix("body.yml:\(line): ") == true, "\(found)")
    }

    @Test func whatIsMeantIsNot() throws {
        let pipeline = "  case_sensitive: false\n- name: FallbackClassifier\n  threshold: 1\n  ambiguity_threshold: 0.2"
        let policies = """
              core_fallback_threshold: "0.4"
              enable_fallback_prediction: 0
              max_history: 0
            - name: MemoizationPolicy
              max_history: null
            """
        #expect(try warnings(pipeline: pipeline, policies: policies) == [])
    }

    @Test func nothingToTrainIsNoModel() throws {
        let directory = try TemporaryDirectory()
        let text = """
            language: en
            pipeline: []
            policies: []
            intents: [greet]
            nlu:
            - intent: greet
              examples: |
                - hi
            stories:
            - story: greeting
              steps:
              - intent: greet

            """
        let error = #expect(throws: TrainingError.self) { try directory.train(text) }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("'pipeline' and 'policies' are empty") == true)
    }
}
