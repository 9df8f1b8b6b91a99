import Dialogue
import ExactText
import JSON
import TestSupport
import Testing

@testable import Training

@Suite("Stories are glued together at random for policies with networks")
struct StoryAugmentationTests {
    private static let project = """
        intents: [greet, ask, thank]
        responses:
          utter_hello: [{text: hello}]
          utter_answer: [{text: so}]
          utter_welcome: [{text: welcome}]
        stories:
        - story: greeting
          steps:
          - intent: greet
          - action: utter_hello
        - story: question
          steps:
          - intent: ask
          - action: utter_answer
          - checkpoint: answered
        - story: thanks
          steps:
          - checkpoint: answered
          - intent: thank
          - action: utter_welcome
        rules:
        - rule: greeting
          steps:
          - intent: greet
          - action: utter_hello

        """

    private func teller() throws -> StoryTeller { try StoryProject(Self.project).teller }

    @Test func withoutAFactorThereAreOnlyTheStories() throws {
        let told = try teller().tell()
        #expect(told.trackers.count == 3)
        #expect(told.augmented.isEmpty)
    }

    @Test func theyGoOnFromTheEndsOfOthersThreeTimesInARow() throws {
        let told = try teller().tell(augmentation: 5)
        // What is told does not change.
        #expect(told.trackers.map(\.name) == (try teller().tell().trackers.map(\.name)))
        #expect(!told.augmented.isEmpty)
        for tracker in told.augmented {
            #expect(!tracker.isRule)
            let actions = tracker.appliedEvents.compactMap(\.action?.name)
            // One listens once between two stories, not twice.
            for (one, other) in zip(actions, actions.dropFirst()) {
                #expect(one != "action_listen" || other != "action_listen")
            }
            #expect((5...17).contains(actions.count), "\(actions)")
        }
    }

    @Test func theyAreDifferentAndAlwaysTheSame() throws {
        let one = try teller().tell(augmentation: 50).augmented.map(\.storyStates)
        let other = try teller().tell(augmentation: 50).augmented.map(\.storyStates)
        #expect(one == other)
        #expect(Set(one).count == one.count)
    }

    @Test(arguments: [1, 2, 3]) func tenTimesTheFactorAreKeptAtMost(_ factor: Int) throws {
        #expect(try teller().tell(augmentation: factor).augmented.count <= 10 * factor)
    }

    @Test func manyStoriesMakeNoMillions() throws {
        let stories = (0..<2_000).map { number in
            "- story: s\(number)\n  steps: [{intent: greet}, {action: utter_hello}, {slot_was_set: [{n: \(number)}]}, "
                + "{action: utter_answer}]"
        }
        let text = """
            intents: [greet]
            slots: {n: {type: float, min_value: 0, max_value: 2000, mappings: [{type: custom}]}}
            responses: {utter_hello: [{text: a}], utter_answer: [{text: b}]}
            stories:
            \(stories.joined(separator: "\n"))
            """
        let told = try StoryProject(text).teller.tell(augmentation: 50)
        #expect(told.trackers.count == 2_000)
        #expect(told.augmented.count == 500)
    }
}
