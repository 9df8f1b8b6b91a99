import Settings
import Testing
import Training

@Suite("What cannot be trained is refused with the place and what to change")
struct RefusalTests {
    private static let head = """
        recipe: default.v1
        language: en
        intents: [knock]
        entities: [who]
        responses:
          utter_who:
          - text: "Who is there?"

        """
    private static let components = "pipeline: [{name: KeywordIntentClassifier}]\npolicies: [{name: RulePolicy}]\n"
    private static let data = "nlu:\n- intent: knock\n  examples: |\n    - knock\n"
    private static let rule = """
        rules:
        - rule: knocking
          steps:
          - intent: knock
          - action: utter_who

        """

    private func refusal(_ text: String) throws -> TrainingError? {
        let scratch = try Scratch()
        do {
            _ = try scratch.train(text)
            return nil
        } catch let error as TrainingError {
            return error
        }
    }

    @Test func aSoundProjectIsTrained() throws {
        #expect(try refusal(Self.head + Self.components + Self.data + Self.rule) == nil)
    }

    @Test(arguments: ["DIETClassifier", "ResponseSelector", "CRFEntityExtractor", "SpacyNLP"])
    func componentThatNeedsMore(_ name: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: \(name)\npolicies: []\n" + Self.data)
        #expect(error?.code == .notTrainable)
        #expect(error?.message.contains(name) == true)
        #expect(error?.place?.line == 10)
    }

    @Test(arguments: ["-1", "0", "many"])
    func impossibleNumberOfFeatures(_ limit: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n"
                + "  max_features: \(limit)\npolicies: []\n" + Self.data)
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("'max_features' must be") == true)
    }

    @Test func policyThatNeedsMore() throws {
        let error = try refusal(
            Self.head + "pipeline: [{name: KeywordIntentClassifier}]\npolicies: [{name: TEDPolicy}]\n" + Self.data
                + Self.rule)
        #expect(error?.code == .notTrainable)
        #expect(error?.message.contains("TEDPolicy") == true)
    }

    @Test func unknownComponent() throws {
        let error = try refusal(Self.head + "pipeline: [{name: NoSuchComponent}]\npolicies: []\n" + Self.data)
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("'NoSuchComponent'") == true)
    }

    @Test func unknownRecipe() throws {
        let error = try refusal("recipe: graph.v1\n" + Self.components + Self.data)
        #expect(error?.code == .badConfiguration)
        #expect(error?.description.hasPrefix("body.yml:1: the recipe 'graph.v1'") == true)
    }

    @Test func noComponentsAtAll() throws {
        let error = try refusal(Self.head + Self.data + Self.rule)
        #expect(error?.code == .notTrainable)
        #expect(error?.message.contains("DIETClassifier") == true)
    }

    @Test func nothingToTrain() throws {
        #expect(try refusal("just: words\n")?.code == .nothingToTrain)
    }

    @Test(arguments: [
        ("nlu: words\n", 1), ("nlu:\n- intent: a\n  examples:\n    more: less\n", 4),
        ("nlu:\n- intent: a\n  examples: |\n    - fine\n    - bad [x]{\"entity\": 1}\n", 5),
        ("responses:\n  utter_a:\n  - txt: b\n", 3),
    ])
    func badData(_ text: String, _ line: Int) throws {
        let error = try refusal(Self.components + "intents: [a]\n" + text)
        #expect(error?.code == .badData)
        #expect(error?.place == SourcePlace(file: "body.yml", line: 3 + line, column: error?.place?.column ?? 0))
    }

    @Test func badStories() throws {
        let error = try refusal(Self.components + "intents: [a]\nstories:\n- story: a\n  steps:\n  - words\n")
        #expect(error?.code == .badStories)
        #expect(error?.place?.line == 7)
    }

    @Test func actionThatTheDomainLacks() throws {
        let text = Self.head + Self.components + Self.data + Self.rule
        let error = try refusal(text.replacing("- action: utter_who", with: "- action: utter_nobody"))
        #expect(error?.code == .badDomain)
        #expect(error?.message.contains("'utter_nobody' of the rule 'knocking'") == true)
    }

    @Test func contradictingRules() throws {
        let other = Self.rule.replacing("rules:\n", with: "").replacing("knocking", with: "again")
            .replacing("utter_who", with: "action_restart")
        let error = try refusal(Self.head + Self.components + Self.data + Self.rule + other)
        #expect(error?.code == .badRules)
        #expect(error?.message.contains("'knocking'") == true)
        #expect(error?.message.contains("'again'") == true)
    }

    @Test func ruleWithTwoMessages() throws {
        let error = try refusal(
            Self.head + Self.components + Self.data + Self.rule + "  - intent: knock\n  - action: utter_who\n")
        #expect(error?.code == .badRules)
        #expect(error?.message.contains("more than one message") == true)
    }

    @Test func missingFiles() throws {
        let scratch = try Scratch()
        let request = TrainingRequest(data: ["\(scratch.path)/none"], configuration: "\(scratch.path)/none.yml")
        #expect { try Trainer(request).train() } throws: { error in
            (error as? TrainingError)?.message.contains("--config") == true
        }
    }
}
