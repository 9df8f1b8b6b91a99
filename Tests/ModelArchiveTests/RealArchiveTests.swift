import ExactText
import JSON
import ModelArchive
import OrderedCollections
import RasaCompatibility
import System
import Tensors
import TestSupport
import Testing

@Suite("An archive written by Rasa 3.6.21 is read as the reference reads it")
struct RealArchiveTests {
    private func tiny() throws -> PreparedModel {
        try TemporaryDirectory().open(File.read(Fixtures.shared("tiny.tar.gz")))
    }

    @Test func pipeline() throws {
        let metadata = try tiny().metadata
        #expect(
            metadata.understandingPipeline.map(\.component) == [
                "NLUMessageConverter", "WhitespaceTokenizer", "RegexFeaturizer", "LexicalSyntacticFeaturizer",
                "CountVectorsFeaturizer", "CountVectorsFeaturizer", "DIETClassifier", "CRFEntityExtractor",
                "RegexEntityExtractor", "EntitySynonymMapper", "ResponseSelector", "ResponseSelector",
                "FallbackClassifier", "RegexMessageHandler",
            ])
        #expect(
            metadata.policies.map(\.component)
                == ["AugmentedMemoizationPolicy", "RulePolicy", "UnexpecTEDIntentPolicy", "TEDPolicy"])
        #expect(metadata.rasaVersion == RasaVersion("3.6.21"))
    }

    /// Sums of the masked tensors, computed from the archive with numpy.
    @Test func tensors() throws {
        let model = try tiny()
        let attention = "sequence_layer.text/_tf_layers/transformer/_enc_layers/0/_mha"
        let references: [(resource: String, stem: String, name: String, shape: [Int], sum: Double, nonzero: Int)] = [
            (
                "train_DIETClassifier5", "DIETClassifier", "\(attention)/_query_dense_layer/kernel", [16, 16],
                -4.291103275958449, 157
            ),
            (
                "train_DIETClassifier5", "DIETClassifier", "\(attention)/key_relative_embeddings", [4, 7, 4],
                -2.532912153750658, 112
            ),
            ("train_DIETClassifier5", "DIETClassifier", "crf.entity/transitions", [21, 21], -64.87018244840147, 441),
            (
                "train_TEDPolicy3", "ted_policy", "encoding_layer.label_action_name/_ffn_layers/0/kernel", [37, 10],
                -2.6141567358281463, 98
            ),
            ("train_ResponseSelector10", "ResponseSelector", "embed.label/_dense/bias", [8], -0.036494444124400616, 8),
        ]
        for reference in references {
            let weights = try #require(model.weights(reference.resource, reference.stem))
            let tensor = try #require(try weights.tensor(reference.name))
            #expect(tensor.shape == reference.shape)
            #expect(abs(tensor.values.reduce(0) { $0 + Double($1) } - reference.sum) < 1e-6)
            #expect(tensor.values.count { $0 != 0 } == reference.nonzero)
        }
    }

    @Test func featureArrays() throws {
        let table = try #require(try tiny().featureArrays("train_DIETClassifier5", "DIETClassifier.label_data"))
        #expect(Array(table.keys) == ["label"])
        let label = try #require(table["label"])
        #expect(Array(label.keys) == ["sequence", "ids", "sequence_lengths"])
        let sequence = try #require(label["sequence"]?.entries.first)
        #expect(sequence.numberOfDimensions == 3)
        guard case .group(let examples) = sequence.array, case .sparse(let first)? = examples.first else {
            Issue.record("not a list of sparse matrices")
            return
        }
        #expect(examples.count == 11)
        #expect([first.rows, first.columns] == [1, 12])
        #expect((first.rowIndices, first.columnIndices, first.values) == ([0], [0], [1]))
        #expect(label["sequence_lengths"]?.entries.first?.array == .list([Double](repeating: 1, count: 11)))
        let ids = try #require(label["ids"]?.entries.first?.array.matrix)
        #expect(ids.shape == [11, 1])
        #expect(ids.values == (0..<11).map { Float($0) })
    }

    @Test func everyFeatureFileCanBeRead() throws {
        let model = try tiny()
        for (resource, stem) in [
            ("train_DIETClassifier5", "DIETClassifier"), ("train_ResponseSelector9", "ResponseSelector"),
            ("train_ResponseSelector10", "ResponseSelector"), ("train_TEDPolicy3", "ted_policy"),
            ("train_UnexpecTEDIntentPolicy2", "unexpected_intent_policy"),
        ] {
            for part in ["label_data", "data_example"] {
                #expect(try model.featureArrays(resource, "\(stem).\(part)")?.isEmpty == false)
            }
        }
        let error = #expect(throws: ArchiveError.self) {
            try model.featureArrays("train_TEDPolicy3", "ted_policy.fake_features")
        }
        #expect(error?.message.contains("not a list of feature arrays") == true, "these are kept in another form")
    }

    @Test func labelQuantiles() throws {
        let tensors = try #require(
            try tiny().safetensors("train_UnexpecTEDIntentPolicy2", "unexpected_intent_policy.label_quantiles.st"))
        #expect(!tensors.isEmpty)
        #expect(tensors.values.allSatisfy { $0.shape == [20] && $0.floats.count == 20 })
    }
}
