import Networks
import System
import TestSupport
import Testing
import YAML

@testable import Training

@Suite("What networks learn is written for TensorBoard as Rasa does")
struct LearningLogTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var logs: String { "\(directory.path)/logs" }

    /// An assistant whose classifier learns for some epochs, with its options.
    private func train(
        _ options: String, epochs: Int = 4, cache: Bool = false, writes: Bool = true, writesLogs: Bool = true
    ) throws -> TrainedModel {
        let text = """
            language: en
            policies: []
            intents: [greet, leave]
            pipeline:
              - name: WhitespaceTokenizer
              - name: CountVectorsFeaturizer
              - name: DIETClassifier
                epochs: \(epochs)
                random_seed: 1
                number_of_transformer_layers: 0
                dense_dimension: {text: 8, label: 8}
                batch_size: 2
                \(options.replacing("\n", with: "\n    "))
            nlu:
            - intent: greet
              examples: |
                - hello
                - hi
                - good [day](time)
                - a good [morning](time)
            - intent: leave
              examples: |
                - bye
                - see you
                - good bye
                - until [monday](time)

            """
        var request = TrainingRequest(data: [], output: directory.path)
        request.fixedName = "model"
        request.writes = writes
        request.writesLogs = writesLogs
        request.usesCache = cache
        let kept = "\(directory.path)/cache"
        request.environment = EnvironmentVariables(lookUp: { $0 == "RASA_CACHE_DIRECTORY" ? kept : nil })
        return try Trainer(request).train(Array(text.utf8), file: "body.yml")
    }

    /// The numbers in the only file of a part.
    private func records(_ part: String, _ directory: String = "") throws -> [EventRecord] {
        try allRecords(part, directory).filter { $0.plugin == "scalars" }
    }

    /// The records of the only file of a part, without its head.
    private func allRecords(_ part: String, _ directory: String = "") throws -> [EventRecord] {
        let names = try Directory.names(in: "\(logs)\(directory)/\(part)")
        #expect(names.count == 1)
        let records = try EventRecord.read(
            File.read("\(logs)\(directory)/\(part)/\(try #require(names.first))"))
        #expect(records.first?.tag == nil)
        return Array(records.dropFirst())
    }

    private func places(_ records: [EventRecord]) -> [String] { records.map { "\($0.tag ?? "") \($0.step)" } }

    @Test func aRequestDoesNotChooseWhereThisMachineIsWrittenTo() throws {
        let model = try train("tensorboard_log_directory: \(logs)", writesLogs: false)
        #expect(!File.exists(logs) && File.exists(model.path))
        let found = model.warnings.filter { $0.message.contains("'tensorboard_log_directory' is ignored") }
        #expect(found.map { $0.place?.line } == [13])
        let silent = try train("tensorboard_log_directory: ''", writesLogs: false)
        #expect(!silent.warnings.contains { $0.message.contains("ignored") })
    }

    @Test func epochsOfExamplesLearnedFrom() throws {
        _ = try train("tensorboard_log_directory: \(logs)")
        let records = try records("train")
        #expect(places(records) == (0..<4).flatMap { ["epoch_t_loss \($0)", "epoch_i_acc \($0)", "epoch_e_f1 \($0)"] })
        #expect(records.allSatisfy { $0.value?.isFinite == true })
        #expect(try Directory.names(in: logs) == ["train"])
    }

    @Test func weightsAfterTheFirstEpochAndEveryTenth() throws {
        _ = try train("tensorboard_log_directory: \(logs)\nembedding_dimension: 3", epochs: 12)
        let records = try allRecords("train").filter { $0.plugin == "histograms" }
        #expect(records.allSatisfy { [0, 10].contains($0.step) && $0.shape == [30, 3] })
        let tags = records.compactMap(\.tag)
        #expect(Set(tags).count == tags.count / 2)
        #expect(tags.contains("embed_text/embed_layer_text/kernel_0/histogram"))
        #expect(tags.contains("crf/transitions_0/histogram"))
    }

    @Test func evaluationsOfExamplesHeldBack() throws {
        _ = try train(
            "tensorboard_log_directory: \(logs)\nevaluate_on_number_of_examples: 2\nevaluate_every_number_of_epochs: 2")
        // Of six examples that are left three batches are made in an epoch.
        #expect(
            places(try records("validation")) == [
                "evaluation_t_loss_vs_iterations 6", "evaluation_i_acc_vs_iterations 6",
                "evaluation_e_f1_vs_iterations 6", "epoch_t_loss 1", "epoch_i_acc 1", "epoch_e_f1 1",
                "evaluation_t_loss_vs_iterations 12", "evaluation_i_acc_vs_iterations 12",
                "evaluation_e_f1_vs_iterations 12", "epoch_t_loss 3", "epoch_i_acc 3", "epoch_e_f1 3",
            ])
        #expect(try records("train").count == 12)
    }

    @Test(arguments: [("batch", Array(1...16)), ("3", [3, 6, 9, 12, 15])])
    func batches(_ level: String, _ expected: [Int]) throws {
        _ = try train("tensorboard_log_directory: \(logs)\ntensorboard_log_level: \(level)")
        let records = try records("train")
        for figure in ["t_loss", "i_acc", "e_f1"] {
            #expect(records.filter { $0.tag == "batch_\(figure)" }.map(\.step) == expected)
            #expect(records.filter { $0.tag == "epoch_\(figure)" }.map(\.step) == [0, 1, 2, 3])
        }
        #expect(records.count == 3 * (expected.count + 4))
    }

    @Test func policiesHaveLogsToo() throws {
        let project = try StoryProject(
            """
            intents: [greet, ask, leave]
            responses: {utter_hello: [{text: a}], utter_bye: [{text: c}]}
            stories:
            - story: one
              steps: [{intent: greet}, {action: utter_hello}, {intent: leave}, {action: utter_bye}]
            - story: two
              steps: [{intent: ask}, {action: utter_bye}, {intent: greet}, {action: utter_hello}]

            """)
        for (policy, stem) in [("TEDPolicy", "ted_policy"), ("UnexpecTEDIntentPolicy", "unexpected_intent_policy")] {
            let prepared = try #require(
                try project.prepared(
                    "{name: \(policy), epochs: 2, random_seed: 1, evaluate_on_number_of_examples: 4, "
                        + "evaluate_every_number_of_epochs: -1, checkpoint_model: true, transformer_size: {dialogue: 8}, "
                        + "tensorboard_log_directory: '\(logs)/\(stem)'}", augmentation: 5))
            let job = DialoguePolicyJob(step: try StoryProject.step("{name: \(policy)}"), prepared: prepared).job
            let files = try job.run(threads: 1, scratch: directory.path) { _ in true }
            // As in Rasa an empty file notes that the weights are the best evaluation's.
            #expect(try files.first { $0.path == "\(stem).from_checkpoint.pkl" }?.size() == 0)
            let tags = ["t_loss", "loss", "acc"]
            #expect(
                places(try records("train", "/\(stem)"))
                    == [0, 1].flatMap { epoch in tags.map { "epoch_\($0) \(epoch)" } })
            #expect(
                places(try records("validation", "/\(stem)")).suffix(3).map(\.self)
                    == tags.map { "epoch_\($0) 1" })
        }
    }

    @Test func whatIsFoundInTheCacheHasNoSecondLog() throws {
        let options = "tensorboard_log_directory: \(logs)"
        for _ in 0..<2 {
            _ = try train(options, cache: true)
            #expect(try Directory.names(in: "\(logs)/train").count == 1)
        }
        // To ask for a log is to ask for a training, so that another directory gets one.
        _ = try train(options + "/other", cache: true)
        #expect(try Directory.names(in: "\(logs)/other/train").count == 1)
    }

    @Test func nothingIsWrittenWhereNothingIsTrained() throws {
        _ = try train("tensorboard_log_directory: \(logs)", writes: false)
        #expect(!File.exists(logs))
    }

    @Test func aDirectoryThatCannotBeWrittenEndsTheTraining() throws {
        try directory.write("a file", as: "logs")
        let error = try #require(throws: TrainingError.self) { try train("tensorboard_log_directory: \(logs)") }
        #expect(error.code == .inputOutput)
        #expect(error.place?.line == 13)
        #expect(
            error.message
                == "DIETClassifier: event files for TensorBoard cannot be written in '\(logs)': Not a directory")
        #expect(!File.exists("\(directory.path)/model.tar.gz"))
    }

    @Test func aSecondFileThatCannotBeWrittenEndsTheTraining() throws {
        try Directory.make(logs, permissions: 0o755)
        try directory.write("a file", as: "logs/validation")
        let error = try #require(throws: TrainingError.self) {
            try train(
                "tensorboard_log_directory: \(logs)\nevaluate_on_number_of_examples: 2\n"
                    + "evaluate_every_number_of_epochs: 2")
        }
        #expect(error.code == .inputOutput)
        #expect(error.message.contains("'\(logs)'"))
        // What was learned until then is there.
        #expect(try records("train").count == 3)
    }
}
