import JSON
import Networks
import System
import Testing
import YAML

@testable import Training

@Suite("Options of networks have Rasa's defaults, and what they cannot be is refused")
struct TextNetworkOptionsTests {
    private func options(_ written: String, _ component: String = "DIETClassifier") throws -> TextNetworkOptions {
        let indented = written.isEmpty ? "" : "\n    " + written.replacing("\n", with: "\n    ")
        let text = """
            language: en
            pipeline:
              - name: WhitespaceTokenizer
              - name: CountVectorsFeaturizer
              - name: \(component)\(indented)
            """
        let document = try YAMLReader().read(Array(text.utf8), file: "config.yml")
        let step = try #require(try Configuration(document).pipeline?.last)
        return try TextNetworkOptions(step, component == "DIETClassifier" ? .classifier : .selector)
    }

    @Test func defaultsOfClassifiers() throws {
        let network = try options("").network
        #expect(network.learning == LearningOptions())
        #expect(network.similarity == SimilarityOptions())
        #expect(network.text == EncoderOptions())
        #expect(network.label.denseDimension == 20)
        #expect(network.label.transformer.layers == 0)
        #expect(!network.label.dropout.dropsSparseInput)
        #expect(network.classifies && network.tags && !network.labelsAreTexts && !network.guessesWords)
    }

    @Test func defaultsOfSelectors() throws {
        let network = try options("", "ResponseSelector").network
        #expect(network.text.hidden == [256, 128] && network.label.hidden == [256, 128])
        #expect(network.text.denseDimension == 512 && network.label.concatDimension == 512)
        #expect(network.text.density == 1 && network.text.transformer.layers == 0)
        #expect(network.similarity.scalesLoss && !network.text.dropout.dropsSparseInput)
        #expect(network.classifies && !network.tags)
    }

    @Test func groupsAreMergedByTheirKeys() throws {
        let network = try options("dense_dimension: {text: 16}\nhidden_layers_sizes: {label: [8, 4]}").network
        #expect(network.text.denseDimension == 16 && network.label.denseDimension == 20)
        #expect(network.text.hidden == [] && network.label.hidden == [8, 4])
    }

    @Test func marginsComeWithCosines() throws {
        let network = try options("loss_type: margin\nmaximum_positive_similarity: 0.7").network
        var margin = MarginOptions()
        margin.positive = 0.7
        #expect(network.similarity.loss == .margin(margin))
        #expect(network.similarity.isCosine)
    }

    @Test func aSelectorWithoutTransformerSizeHasTheDefault() throws {
        let network = try options("number_of_transformer_layers: 1\nuse_text_as_label: true", "ResponseSelector")
            .network
        #expect(network.text.transformer.units == 256 && network.label.transformer.units == 256)
        #expect(network.labelsAreTexts)
    }

    @Test(arguments: [
        "epochs: many", "epochs: 1.5", "batch_size: [1, 2, 3]", "batch_size: 0", "batch_strategy: random",
        "learning_rate: .nan", "learning_rate: -1", "random_seed: -3", "random_seed: x", "loss_type: softmax",
        "similarity_type: cosine", "model_confidence: inner", "drop_rate: 1", "connection_density: 2",
        "dense_dimension: 16", "hidden_layers_sizes: [16]", "hidden_layers_sizes: {text: [0]}",
        "number_of_attention_heads: 3", "share_hidden_layers: true", "evaluate_every_number_of_epochs: 0",
        "evaluate_on_number_of_examples: 1.5", "evaluate_every_number_of_epochs: -2",
        "checkpoint_model: true\nevaluate_every_number_of_epochs: 0",
        "tensorboard_log_directory: [x]", "tensorboard_log_directory: x\ntensorboard_log_level: 0",
        "tensorboard_log_level: never\ntensorboard_log_directory: x",
        "number_of_transformer_layers: 0\nuse_masked_language_model: true", "embedding_dimension: 0",
        "loss_type: margin\nrenormalize_confidences: true", "regularization_constant: -1", "ranking_length: all",
    ])
    func impossibleValues(_ written: String) throws {
        let error = try #require(throws: TrainingError.self) { try options(written) }
        #expect(error.code == .badConfiguration)
        #expect(error.place?.line ?? 0 >= 6)
        let option = try #require(written.split(whereSeparator: { ":\n".contains($0) }).first)
        let other = try #require(written.split(separator: "\n").last?.split(separator: ":").first)
        #expect(error.message.contains("DIETClassifier: '\(option)'") || error.message.contains("'\(other)'"))
    }

    @Test func asManyExamplesAreHeldBackAsThereAre() throws {
        let options = try options("evaluate_on_number_of_examples: 4")
        try options.checkHeldBack(of: 10, counts: [5, 5])
        try options.checkHeldBack(of: 10, counts: nil)
        #expect(throws: TrainingError.self) { try options.checkHeldBack(of: 6, counts: [3, 3]) }
        #expect(throws: TrainingError.self) { try options.checkHeldBack(of: 20, counts: [4, 4, 4, 4, 4]) }
    }

    @Test func whereEventFilesGo() throws {
        #expect(try options("tensorboard_log_level: never").tensorBoard == nil)
        #expect(try options("tensorboard_log_directory: ''").tensorBoard == nil)
        for (level, interval) in [("epoch", nil), ("batch", 1), ("5", 5)] as [(String, Int?)] {
            let written = "tensorboard_log_directory: logs\ntensorboard_log_level: \(level)"
            let options = try #require(try options(written).tensorBoard)
            #expect(options.directory == "logs" && options.batchInterval == interval)
        }
    }

    @Test func howOftenIsEvaluated() throws {
        #expect(try options("evaluate_every_number_of_epochs: -1\nepochs: 7").network.learning.evaluatesEvery == 7)
        #expect(try options("evaluate_on_number_of_examples: -1").network.learning.heldBack == 0)
        #expect(try options("checkpoint_model: true\nevaluate_on_number_of_examples: 5").network.learning.keepsBest)
        #expect(try !options("checkpoint_model: true").network.learning.keepsBest)
    }

    @Test(arguments: [
        ("", nil), ("epochs: 3", nil), ("evaluate_on_number_of_examples: 5", nil),
        ("checkpoint_model: true\nevaluate_on_number_of_examples: 5", nil),
        ("checkpoint_model: true", "'checkpoint_model' needs 'evaluate_on_number_of_examples' above 0; ignored"),
        (
            "epochs: 3\nevaluate_on_number_of_examples: 5",
            "'evaluate_every_number_of_epochs' is 20, more than the 3 of 'epochs': nothing is evaluated"
        ),
        (
            "epochs: 3\nevaluate_on_number_of_examples: 5\ncheckpoint_model: true",
            "'evaluate_every_number_of_epochs' is 20, more than the 3 of 'epochs': nothing is evaluated, and the last "
                + "weights are kept"
        ),
    ])
    func evaluationsThatNeverCome(_ written: String, _ warning: String?) throws {
        let warnings = try options(written).warnings
        #expect(warnings.map(\.message) == (warning.map { ["DIETClassifier: \($0)"] } ?? []))
    }
}
