import Dialogue
import JSON
import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Stories become the examples of policies with networks")
struct DialogueExamplesTests {
    private static let project = """
        intents: [greet, ask]
        entities: [city, {size: {roles: [min, max]}}]
        slots:
          city: {type: text, mappings: [{type: from_entity, entity: city}]}
        responses: {utter_hello: [{text: a}], utter_answer: [{text: b}]}
        forms: {form: {required_slots: []}}
        stories:
        - story: one
          steps:
          - intent: greet
          - action: utter_hello
          - intent: ask
            entities: [{city: Oslo}, {size: "3", role: min}]
          - action: utter_answer
        - story: two
          steps:
          - intent: ask
          - action: utter_answer
        - story: begins
          steps:
          - action: utter_hello
          - intent: greet
          - action: utter_hello

        """

    private func prepared(_ entry: String, _ text: String = project) throws -> PreparedDialogues {
        try #require(try StoryProject(text).prepared(entry))
    }

    /// The labels' names of each example, by the number of its turns.
    private func outline(_ prepared: PreparedDialogues, _ names: [String]) -> Set<String> {
        Set(
            prepared.examples.examples.map { example in
                "\(example.turns.count): " + example.labels.map { names[Int($0)] }.sorted().joined(separator: " ")
            })
    }

    @Test func oneForEachActionThatCanBeForetold() throws {
        let project = try StoryProject(Self.project)
        let prepared = try prepared("{name: TEDPolicy}")
        #expect(
            outline(prepared, project.domain.actionNames) == [
                "1: action_listen", "2: utter_hello", "3: action_listen", "4: utter_answer", "5: action_listen",
                "2: utter_answer", "2: action_listen", "3: utter_hello", "4: action_listen",
            ])
        // Nobody asked for the first action of 'begins', which no policy foretells; two stories begin alike.
        #expect(prepared.examples.examples.count == 10)
    }

    @Test func noMoreStatesThanTheHistoryHas() throws {
        let prepared = try prepared("{name: TEDPolicy, max_history: 2}")
        #expect(prepared.examples.examples.map(\.turns.count).max() == 2)
        let all = try self.prepared("{name: TEDPolicy}")
        #expect(prepared.examples.turns.count == all.examples.turns.count)
    }

    @Test func whatCanFollowIsOneExample() throws {
        let project = try StoryProject(Self.project)
        let prepared = try prepared("{name: UnexpecTEDIntentPolicy, max_history: 2}")
        #expect(outline(prepared, project.domain.intentNames) == ["1: ask greet", "2: greet", "2: ask"])
    }

    @Test func aHistoryWithoutMessagesTeachesNothing() throws {
        #expect {
            _ = try prepared("{name: UnexpecTEDIntentPolicy, max_history: 1}")
        } throws: { "\($0)".contains("no story has a message from the user") }
    }

    @Test func aWholeConversationIsOneExampleOfTheOtherFeaturizer() throws {
        let prepared = try prepared(
            "{name: TEDPolicy, featurizer: [{name: FullDialogueTrackerFeaturizer, state_featurizer: "
                + "[{name: SingleStateFeaturizer}]}]}")
        #expect(prepared.examples.examples.map(\.turns.count) == [5, 3, 3])
        #expect(prepared.examples.examples.allSatisfy { $0.turns.count == $0.labels.count })
        #expect(!prepared.options.network.readsBackwards)
        #expect(prepared.featurizer["max_history"] == nil)
    }

    @Test func duplicatesStayWhereTheyAreWanted() throws {
        let prepared = try prepared(
            "{name: TEDPolicy, featurizer: [{name: MaxHistoryTrackerFeaturizer, max_history: 2, remove_duplicates: "
                + "false, state_featurizer: [{name: SingleStateFeaturizer}]}]}")
        #expect(prepared.examples.examples.count == 11)
        #expect(prepared.featurizer["remove_duplicates"] == false)
    }

    @Test func aTurnHasARowForEachOfItsParts() throws {
        let prepared = try prepared("{name: TEDPolicy}")
        let turn = try #require(prepared.examples.turns.first { $0.attributes[.entities] != nil })
        #expect(Set(turn.attributes.keys) == [.actionName, .intent, .entities, .slots])
        let entities = try #require(turn.attributes[.entities]?.sentence.sparse)
        // city, size, size#min, size#max
        #expect(entities.columns == 4)
        #expect(entities.columnIndices == [0, 1, 2])
        let after = prepared.examples.turns.filter { $0.attributes[.slots] != nil && $0.attributes[.intent] == nil }
        #expect(!after.isEmpty, "what the user said is seen once, and the slot remains")
    }

    @Test func labelsAreAllActionsOrIntents() throws {
        let project = try StoryProject(Self.project)
        let ted = try prepared("{name: TEDPolicy}").examples.labels
        #expect(ted.count == project.domain.actionNames.count)
        #expect(ted[2][.actionName]?.sentence.dense?[0, 2] == 1)
        let unexpected = try prepared("{name: UnexpecTEDIntentPolicy}").examples.labels
        #expect(unexpected.count == project.domain.intentNames.count)
        #expect(unexpected.allSatisfy { Array($0.keys) == [.intent] })
    }

    @Test func thereIsNothingToLearnFromRules() throws {
        let text = """
            intents: [greet]
            responses: {utter_hello: [{text: a}]}
            rules:
            - rule: one
              steps: [{intent: greet}, {action: utter_hello}]
            """
        #expect(try StoryProject(text).prepared("{name: TEDPolicy}") == nil)
    }

    @Test func whatTheDomainLacksIsNamed() throws {
        let text = "intents: [greet]\nstories:\n- story: s\n  steps: [{intent: greet}, {action: utter_none}]"
        #expect {
            _ = try StoryProject(text).prepared("{name: TEDPolicy}")
        } throws: { "\($0)".contains("'utter_none'") }
    }
}
