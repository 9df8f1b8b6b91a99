import Foundation
import System
import TestSupport
import Testing
import Training
import YAML

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
        let directory = try TemporaryDirectory()
        do {
            _ = try directory.train(text)
            return nil
        } catch let error as TrainingError {
            return error
        }
    }

    @Test(arguments: [
        ("importers: [{name: RasaFileImporter}]\n", nil),
        ("importers: [{name: MultiProjectImporter}]\n", "the importer 'MultiProjectImporter' is Python"),
        ("importers:\n- name: my.module.Importer\n", "the importer 'my.module.Importer' is Python"),
    ])
    func importersThatArePython(_ section: String, _ reason: String?) throws {
        let error = try refusal(Self.head + section + Self.components + Self.data + Self.rule)
        #expect(error?.code == (reason == nil ? nil : .notTrainable))
        if let reason {
            #expect(error?.message.contains(reason) == true)
            #expect(error?.place?.line ?? 0 >= 8)
        }
    }

    @Test(arguments: [
        ("CountVectorsFeaturizer, min_ngram: 3, max_ngram: 2", "CountVectorsFeaturizer: 'min_ngram'"),
        ("LexicalSyntacticFeaturizer, features: [[what]]", "LexicalSyntacticFeaturizer: the feature 'what'"),
        (
            "CountVectorsFeaturizer}, {name: DIETClassifier, learning_rate: .nan",
            "DIETClassifier: 'learning_rate' is nan"
        ),
        (
            "CountVectorsFeaturizer}, {name: DIETClassifier, number_of_negative_examples: 100000000",
            "'number_of_negative_examples' is 100000000, but must be from 1 to 10000"
        ),
    ])
    func optionsAreNamedWithTheirPlace(_ component: String, _ reason: String) throws {
        let error = try refusal(
            Self.head + "pipeline: [{name: WhitespaceTokenizer}, {name: \(component)}]\npolicies: []\n" + Self.data
                + "- intent: leave\n  examples: |\n    - bye\n")
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.place?.line == 8, "\(String(describing: error))")
    }

    @Test func graphsAreRefused() throws {
        let error = try refusal(Self.head.replacing("default.v1", with: "graph.v1") + Self.components + Self.data)
        #expect(error?.message.contains("write the graph as 'pipeline' and 'policies'") == true)
        #expect(error?.place?.line == 1)
    }

    @Test func aSoundProjectIsTrained() throws {
        #expect(try refusal(Self.head + Self.components + Self.data + Self.rule) == nil)
    }

    @Test(arguments: ["SpacyNLP", "MitieNLP", "LanguageModelFeaturizer", "SklearnIntentClassifier"])
    func componentThatNeedsMore(_ name: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: \(name)\npolicies: []\n" + Self.data)
        #expect(error?.code == .notTrainable)
        #expect(error?.message.contains(name) == true)
        #expect(error?.place?.line == 10)
    }

    @Test(arguments: [
        ("WhitespaceTokenizer", "DIETClassifier", "a featurizer"),
        ("WhitespaceTokenizer", "ResponseSelector", "a featurizer"),
        ("WhitespaceTokenizer", "LogisticRegressionClassifier", "a featurizer"),
        ("EntitySynonymMapper", "CRFEntityExtractor", "a tokenizer"),
        ("EntitySynonymMapper", "CountVectorsFeaturizer", "a tokenizer"),
        ("CRFEntityExtractor", "FallbackClassifier", "a tokenizer"),
        ("EntitySynonymMapper", "FallbackClassifier", "an intent classifier"),
    ])
    func componentThatNeedsAnotherBeforeIt(_ first: String, _ second: String, _ need: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: \(first)\n- name: \(second)\npolicies: []\n" + Self.data)
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("needs \(need) before it") == true, "\(error)")
    }

    @Test(arguments: ["min_df: 3", "max_df: 0"])
    func nothingLeftToCount(_ option: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n"
                + "  \(option)\npolicies: []\n" + Self.data)
        #expect(error?.message.contains("nothing to be counted") == true)
    }

    @Test(arguments: ["-1", "0", "many"])
    func impossibleNumberOfFeatures(_ limit: String) throws {
        let error = try refusal(
            Self.head + "pipeline:\n- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n"
                + "  max_features: \(limit)\npolicies: []\n" + Self.data)
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("'max_features' is") == true)
    }

    /// Each is a sound project with one thing replaced; the line is that of the fault.
    @Test(arguments: [
        ("- intent: knock\n  - action", "- intent: knock\n    mood: bad\n  - action", 18, "no key 'mood'"),
        ("- action: utter_who", "- acton: utter_who", 18, "no key 'acton'"),
        ("- action: utter_who", "- action: utter_who\n  - checkpoint: later", 19, "no key 'checkpoint'"),
        ("- action: utter_who", "- action: 3", 18, "'action' must be a string"),
        ("- rule: knocking", "- rule: knocking\n  wait_for_user_input: nope", 16, "must be true or false"),
        ("- rule: knocking", "- rule: knocking\n  priority: 1", 16, "no key 'priority'"),
        ("- intent: knock\n  examples", "- intent: knock\n  example: x\n  examples", 12, "no key 'example'"),
        ("text: \"Who is there?\"", "text: 5", 7, "'text' must be a string"),
        ("text: \"Who is there?\"", "custom: x", 7, "'custom' must be a group of keys"),
        ("recipe:", "version: 3.1\nrecipe:", 1, "'version' must be a string"),
        ("recipe:", "version: \"3.2\"\nrecipe:", 1, "newer than 3.1"),
        ("responses:", "slots:\n  s:\n    type: text\nresponses:", 7, "needs the key 'mappings'"),
        ("responses:", "slots:\n  s:\n    type: text\n    mappings: from_text\nresponses:", 8, "must be a list"),
        ("responses:", "forms:\n  f:\nresponses:", 6, "has no value"),
        ("responses:", "forms:\n  f:\n    ignored_intents: knock\nresponses:", 6, "but no 'required_slots'"),
        ("intents: [knock]", "intents: [knock, knock: {}]", 3, "'knock' appears twice in 'intents'"),
        ("entities: [who]", "entities: [who]\nactions: [a, b, a]", 5, "'a' appears twice in 'actions'"),
        ("- action: utter_who", "- action: utter_who\n  - active_loop: f", 15, "the loop 'f' of the rule 'knocking'"),
        ("responses:", "session_config:\n  session_expiration_time: -1\nresponses:", 6, "must not be less than 0"),
    ])
    func wrongShape(_ sound: String, _ wrong: String, _ line: Int, _ words: String) throws {
        let project = Self.head + Self.components + Self.data + Self.rule
        let error = try refusal(project.replacingOccurrences(of: sound, with: wrong))
        #expect(error?.message.contains(words) == true, "\(error)")
        #expect(error?.place?.line == line, "\(error)")
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

    @Test func policiesAloneCannotLearnFromTexts() throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/all.yml"
        let text =
            Self.head + Self.components + "stories:\n- story: a\n  steps:\n  - user: hello\n  - action: utter_who\n"
        try File.write(Array(text.utf8), to: file)
        var request = TrainingRequest(data: [file], configuration: file, domain: file, output: directory.path)
        request.part = .policies
        #expect { try Trainer(request).train() } throws: { ($0 as? TrainingError)?.code == .badStories }
    }

    @Test func trainingUnderstandingFromFilesNeedsALanguage() throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/all.yml"
        let text = (Self.head + Self.components + Self.data).replacing("language: en\n", with: "")
        try File.write(Array(text.utf8), to: file)
        let request = TrainingRequest(data: [file], configuration: file, domain: file, output: directory.path)
        #expect { try Trainer(request).train() } throws: { error in
            (error as? TrainingError)?.message.contains("no 'language'") == true
        }
    }

    @Test func missingFiles() throws {
        let directory = try TemporaryDirectory()
        let request = TrainingRequest(data: ["\(directory.path)/none"], configuration: "\(directory.path)/none.yml")
        #expect { try Trainer(request).train() } throws: { error in
            (error as? TrainingError)?.message.contains("--config") == true
        }
    }

    private static func stories(_ steps: String) -> String { head + components + data + "stories:\n" + steps }

    @Test("alternatives in a row multiply: what comes to too many conversations is refused with its place")
    func alternatives() throws {
        func story(_ count: Int) -> String {
            "- story: all\n  steps:\n"
                + String(
                    repeating: "  - or:\n    - intent: knock\n    - intent: nlu_fallback\n    - intent: back\n"
                        + "  - action: utter_who\n", count: count)
        }
        #expect(try refusal(Self.stories(story(4))) == nil)
        let error = try refusal(Self.stories(story(20)))
        #expect(error?.code == .badStories)
        #expect(error?.message.contains("'all'") == true)
        #expect(error?.place?.line == 15)
    }

    @Test("checkpoints between stories multiply too")
    func checkpoints() throws {
        var stories = ""
        for level in 0..<20 {
            for (intent, number) in [("knock", 1), ("back", 2), ("nlu_fallback", 3)] {
                stories += "- story: s\(level).\(number)\n  steps:\n"
                if level > 0 { stories += "  - checkpoint: c\(level)\n" }
                stories += "  - intent: \(intent)\n  - action: utter_who\n  - checkpoint: c\(level + 1)\n"
            }
        }
        #expect(try refusal(Self.stories(stories))?.code == .badStories)
    }

    @Test("checkpoints right after one another double the parts of a story")
    func doubledParts() throws {
        let steps = "- story: all\n  steps:\n  - intent: knock\n" + String(repeating: "  - checkpoint: c\n", count: 100)
        let error = try refusal(Self.stories(steps))
        #expect(error?.code == .badStories)
        #expect((18...45).contains(error?.place?.line ?? 0))
    }
}
