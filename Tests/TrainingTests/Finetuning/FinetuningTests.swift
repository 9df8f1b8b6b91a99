import JSON
import ModelArchive
import NLU
import TestSupport
import Testing
import TextFeatures

@testable import Training

@Suite("A training goes on from a model")
struct FinetuningTests {
    private static let head = """
        language: en
        pipeline:
        - name: WhitespaceTokenizer
        - name: RegexFeaturizer
        - name: LexicalSyntacticFeaturizer
        - name: CountVectorsFeaturizer
        - name: DIETClassifier
          epochs: 40
          random_seed: 3
          learning_rate: 0.02
          transformer_size: 16
          number_of_attention_heads: 2
          number_of_transformer_layers: 1
          dense_dimension: {text: 16, label: 8}
          concat_dimension: {text: 16, label: 8}
        policies:
        - name: TEDPolicy
          epochs: 10
          random_seed: 5
          max_history: 3
        intents: [greet, order]
        responses:
          utter_hello: [{text: hello}]
          utter_done: [{text: done}]
        stories:
        - story: one
          steps:
          - intent: greet
          - action: utter_hello
          - intent: order
          - action: utter_done

        """
    private static let data = """
        nlu:
        - regex: capital
          examples: |
            - [A-Z]
        - intent: greet
          examples: |
            - hello there
            - good morning
        - intent: order
          examples: |
            - a [tea](drink) please
            - one [coffee](drink)

        """

    private func train(
        _ text: String, in directory: TemporaryDirectory, from earlier: String? = nil, epochs share: Double = 1
    ) throws -> SavedModel {
        var request = TrainingRequest(data: [], output: directory.path)
        request.fixedName = earlier == nil ? "first" : "second"
        request.finetuned = earlier
        request.epochShare = share
        let path = try Trainer(request).train(Array(text.utf8), file: "body.yml").path
        return try SavedModel(archive: path, besides: directory.path + "/read")
    }

    private static let classifier = "train_DIETClassifier4"

    @Test func theSameDataAreLearnedOnWithTheSameOptimizer() throws {
        let directory = try TemporaryDirectory()
        let first = try train(Self.head + Self.data, in: directory)
        let second = try train(Self.head + Self.data, in: directory, from: directory.path, epochs: 0.25)
        for (node, stem, epochs) in [(Self.classifier, "DIETClassifier", 10), ("train_TEDPolicy0", "ted_policy", 3)] {
            let before = try #require(try first.network(node, stem))
            let after = try #require(try second.network(node, stem))
            #expect(before.steps > 0 && after.steps > before.steps)
            let perEpoch = before.steps / (stem == "ted_policy" ? 10 : 40)
            #expect(after.steps == before.steps + perEpoch * Int64(epochs))
            #expect(before.variables.map(\.name) == after.variables.map(\.name))
            #expect(zip(before.variables, after.variables).contains { $0.values != $1.values })
            let masks = zip(before.variables, after.variables).filter { $0.0.name.hasSuffix("_mask") }
            #expect(masks.allSatisfy { $0.0.values == $0.1.values })
        }
        let nodes = second.metadata.understandingPipeline
        #expect(nodes.first { $0.component == "DIETClassifier" }?.config["epochs"] == 10)
    }

    @Test func newWordsStandBehindTheOldOnes() throws {
        let directory = try TemporaryDirectory()
        let first = try train(Self.head + Self.data, in: directory)
        let more =
            Self.data + """
                - regex: number
                  examples: |
                    - [0-9]+
                - intent: greet
                  examples: |
                    - Ahoi dear sailors

                """
        let second = try train(Self.head + more, in: directory, from: directory.path + "/first.tar.gz")
        let vocabularies = try [first, second].map { model in
            try #require(try model.files.json("train_CountVectorsFeaturizer3", "vocabularies.json", .anything))
        }
        let (old, new) = (vocabularies[0]["text"]?.object ?? [:], vocabularies[1]["text"]?.object ?? [:])
        #expect(old.allSatisfy { new[$0.key] == $0.value })
        #expect(new["ahoi"]?.int == old.count && new["sailors"]?.int == old.count + 2)
        // The network has grown, begins with a new optimizer, and is what a server loads.
        let before = try #require(try first.network(Self.classifier, "DIETClassifier"))
        let after = try #require(try second.network(Self.classifier, "DIETClassifier"))
        #expect(after.steps == before.steps)
        func kernels(_ network: SavedNetwork) -> [Int] {
            network.variables.filter {
                $0.name.hasSuffix("sparse_to_dense/kernel") && $0.name.hasPrefix("sequence_layer")
            }
            .map { $0.shape[0] }
        }
        #expect(zip(kernels(before), kernels(after)).allSatisfy { $0 < $1 } && kernels(before).count == 2)
        let model = try directory.open(directory.path + "/second.tar.gz")
        let interpreter = try Interpreter(model: model, domainIntents: [], domainEntities: [])
        #expect(try interpreter.parse("ahoi sailors").intent.name == "greet")
        #expect(try interpreter.parse("one coffee").intent.name == "order")
    }

    @Test(arguments: [
        ("learning_rate: 0.02", "learning_rate: 0.01", "'learning_rate' was 0.02"),
        ("max_history: 3", "max_history: 4", "TEDPolicy: 'max_history' was 3"),
        ("- name: RegexFeaturizer\n", "", "no such component at this place"),
        ("utter_done: [{text: done}]", "utter_done: [{text: done}]\n  utter_more: [{text: m}]", "the domain has other"),
    ])
    func onlyEpochsMayChange(_ written: String, _ changed: String, _ reason: String) throws {
        let directory = try TemporaryDirectory()
        let text = (Self.head + Self.data).replacing("epochs: 40", with: "epochs: 1")
        _ = try train(text, in: directory)
        #expect {
            _ = try train(text.replacing(written, with: changed), in: directory, from: directory.path)
        } throws: { "\($0)".contains(reason) }
    }

    @Test func labelsStay() throws {
        let directory = try TemporaryDirectory()
        let text = (Self.head + Self.data).replacing("epochs: 40", with: "epochs: 1")
        _ = try train(text, in: directory)
        #expect {
            _ = try train(text + "- intent: leave\n  examples: |\n    - bye\n", in: directory, from: directory.path)
        } throws: { "\($0)".contains("other intents") || "\($0)".contains("other labels") }
        #expect {
            let changed = text.replacing("[coffee](drink)", with: "[coffee](food)")
            _ = try train(changed, in: directory, from: directory.path)
        } throws: { "\($0)".contains("other entities") || "\($0)".contains("other intents, entities") }
    }

    @Test func withoutAModelThereIsNothingToGoOnFrom() throws {
        let directory = try TemporaryDirectory()
        #expect {
            _ = try train(Self.head + Self.data, in: directory, from: directory.path)
        } throws: { "\($0)".contains("there is no model to go on from") }
    }
}
