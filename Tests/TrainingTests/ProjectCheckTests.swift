import TestSupport
import Testing
import Training

@Suite("Before a training from files the parts of a project are held against each other")
struct ProjectCheckTests {
    private static let project = """
        recipe: default.v1
        language: en
        pipeline: [{name: KeywordIntentClassifier}]
        policies: [{name: MemoizationPolicy}]
        intents: [knock, leave]
        actions: [action_open]
        slots:
          name: {type: text, mappings: [{type: from_text}]}
        responses:
          utter_who: [{text: "Who is there?"}]
          utter_bye: [{text: "Bye."}]
        nlu:
        - intent: knock
          examples: |
            - knock
        - intent: leave
          examples: |
            - bye
        stories:
        - story: knocking
          steps:
          - intent: knock
          - action: utter_who
          - action: action_open
        - story: leaving
          steps:
          - intent: leave
          - action: utter_bye

        """

    private func train(_ text: String, _ check: ProjectCheck? = ProjectCheck()) throws -> [String] {
        let directory = try TemporaryDirectory()
        return try directory.train(text, check: check).warnings.map(\.message)
    }

    private func refusal(_ text: String, _ check: ProjectCheck?) throws -> TrainingError? {
        do {
            _ = try train(text, check)
            return nil
        } catch let error as TrainingError {
            return error
        }
    }

    @Test func aSoundProjectHasNoWarnings() throws {
        #expect(try train(Self.project, ProjectCheck(failsOnWarnings: true)) == [])
    }

    @Test(
        "what Rasa refuses is refused, unless nobody looks",
        arguments: [
            ("actions: [action_open]\n", "", "'action_open' of the story 'knocking'"),
            ("- action: action_open", "- active_loop: guest_form", "the loop 'guest_form' of the story 'knocking'"),
            ("type: from_text", "type: from_text, conditions: [{active_loop: f}]", "there is no such form"),
            ("intents: [knock, leave]", "intents: [knock: {triggers: utter_who}, leave]", "'triggers' an action"),
        ])
    func faults(_ sound: String, _ wrong: String, _ words: String) throws {
        let text = Self.project.replacing(sound, with: wrong)
        let error = try refusal(text, ProjectCheck())
        #expect(error?.code == .badDomain)
        #expect(error?.message.contains(words) == true, "\(error)")
        #expect(try refusal(text, nil) == nil)
    }

    @Test func aFormMustAskForSlotsOfTheDomain() throws {
        let text = Self.project.replacing("[{name: MemoizationPolicy}]", with: "[{name: RulePolicy}]")
            .replacing("responses:\n", with: "forms:\n  f: {required_slots: [name, age]}\nresponses:\n")
        let error = try refusal(text, ProjectCheck())
        #expect(error?.message.contains("asks for the slot 'age'") == true, "\(error)")
    }

    @Test func withoutADomainNothingIsChecked() throws {
        let error = try refusal(
            "language: en\npipeline: [{name: KeywordIntentClassifier}]\nnlu:\n- intent: a\n  examples: |\n    - b\n",
            ProjectCheck())
        #expect(error?.message.contains("the domain is empty") == true)
    }

    @Test(
        "what is probably not meant is a warning, and refused where no warning is tolerated",
        arguments: [
            (
                "intents: [knock, leave]", "intents: [leave]",
                "there are examples of 'knock', but the domain has no such"
            ),
            ("- intent: leave\n  - action", "- intent: lve\n  - action", "the domain has no intent 'lve'"),
            ("    - bye", "    - bye\n    - knock", "the example 'knock' is one of several intents: 'knock', 'leave'"),
            (
                "  - action: utter_bye", "  - action: utter_gone",
                "'utter_gone' of the story 'leaving' is not in the domain"
            ),
            ("actions: [", "actions: [utter_ask, ", "'utter_ask', but there is no such response"),
            (
                "- story: leaving",
                "- story: other\n  steps:\n  - intent: knock\n  - action: utter_bye\n- story: leaving",
                "after the message 'knock': 'utter_who' in 'knocking'; 'utter_bye' in 'other'"
            ),
        ])
    func doubts(_ sound: String, _ wrong: String, _ words: String) throws {
        var text = Self.project.replacing(sound, with: wrong)
        if wrong.contains("utter_ask") { text = text.replacing("- action: utter_bye", with: "- action: utter_ask") }
        let warnings = try train(text)
        #expect(warnings.contains { $0.contains(words) }, "\(warnings)")
        #expect(
            try refusal(text, ProjectCheck(failsOnWarnings: true))?.message.contains("no warning is tolerated") == true)
    }

    @Test func fewerStatesHideWhatTellsStoriesApart() throws {
        let text =
            Self.project + """
                - story: leaving a second time
                  steps:
                  - intent: knock
                  - action: utter_who
                  - action: action_open
                  - intent: leave
                  - action: utter_who

                """
        #expect(try train(text) == [])
        #expect(try train(text, ProjectCheck(maxHistory: 1)).contains { $0.contains("after the message 'leave'") })
    }

    @Test(
        "what nothing uses is a hint, which is always tolerated",
        arguments: [
            ("intents: [knock, leave]", "intents: [knock, leave, stay]", "the intent 'stay' has no examples"),
            ("intents: [knock, leave]", "intents: [knock, leave, stay]", "'stay' is used in no story"),
            ("  utter_who:", "  utter_spare: [{text: x}]\n  utter_who:", "'utter_spare' is used in no story"),
            ("stories:", "- synonym: a\n  examples: |\n    - b\nstories:", "no EntitySynonymMapper"),
            ("stories:", "- lookup: a\n  examples: |\n    - b\nstories:", "neither RegexFeaturizer nor"),
            ("- intent: leave\n  examples", "- intent: leave/now\n  examples", "no ResponseSelector"),
        ])
    func hints(_ sound: String, _ wrong: String, _ words: String) throws {
        let warnings = try train(Self.project.replacing(sound, with: wrong), ProjectCheck(failsOnWarnings: true))
        #expect(warnings.contains { $0.contains(words) }, "\(warnings)")
    }
}
