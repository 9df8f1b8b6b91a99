import ExactText
import JSON
import ModelArchive
import TestSupport
import Testing

@testable import Training

@Suite("Messages of stories that have a text and an intent are examples")
struct StoryExamplesTests {
    private static let project = """
        language: en
        pipeline: [{name: KeywordIntentClassifier}]
        policies: [{name: MemoizationPolicy}]
        intents: [fly, book]
        responses:
          utter_ok: [{text: fine}]
        nlu:
        - intent: fly
          examples: |
            - fly
        stories:
        - story: told
          steps:
          - user: away
            intent: fly
          - action: utter_ok
          - user: a seat
            intent: book
          - action: utter_ok
          - user: fly
            intent: fly
          - action: utter_ok

        """

    /// The first keyword that is found decides, so that their order counts.
    @Test func theyComeLastByIntentAndOnce() throws {
        let directory = try TemporaryDirectory()
        let model = try directory.open(try directory.train(Self.project).path)
        let keywords = try model.json("train_KeywordIntentClassifier0", "KeywordIntentClassifier.json")?.object
        #expect(keywords == ["fly": "fly", "a seat": "book", "away": "fly"])
        #expect(keywords.map { Array($0.keys) } == ["fly", "a seat", "away"])
    }
}
