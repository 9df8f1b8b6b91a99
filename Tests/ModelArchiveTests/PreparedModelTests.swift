import Glibc
import JSON
import ModelArchive
import RasaCompatibility
import Tensors
import TestSupport
import Testing

@Suite("A prepared model offers what the archive holds")
struct PreparedModelTests {
    @Test func metadata() throws {
        let model = try TemporaryDirectory().open(SmallArchive().bytes)
        #expect(model.archiveName == "model.tar.gz")
        #expect(model.metadata.modelID == "abc")
        #expect(model.metadata.assistantID == "demo")
        #expect(model.metadata.rasaVersion.description == "3.6.21")
        #expect(model.metadata.trainingType == .both)
        #expect(model.metadata.domain["intents"] == ["greet"])
        #expect(!model.metadata.isEndToEnd)
    }

    @Test func orderOfTheGraph() throws {
        let metadata = try TemporaryDirectory().open(SmallArchive().bytes).metadata
        #expect(
            metadata.understandingPipeline.map(\.component)
                == ["NLUMessageConverter", "DIETClassifier", "RegexMessageHandler"])
        #expect(metadata.understandingPipeline[1].config == ["epochs": 1])
        #expect(metadata.understandingPipeline[1].resource == "train_DIETClassifier1")
        #expect(metadata.policies.map(\.component) == ["RulePolicy", "TEDPolicy"], "by number, not by name")
    }

    @Test func circleInTheGraph() throws {
        let archive = SmallArchive(
            metadata: """
                {"domain": {}, "model_id": "a", "rasa_open_source_version": "3.6.21", "training_type": 1,
                 "nlu_target": "a", "predict_schema": {"nodes": {
                 "a": {"needs": {"messages": "b"}, "uses": "x.A"}, "b": {"needs": {"messages": "a"}, "uses": "x.B"}}}}
                """)
        let error = #expect(throws: ArchiveError.self) { try TemporaryDirectory().open(archive.bytes) }
        #expect(error?.message.contains("circle") == true)
    }

    @Test(arguments: [false, true])
    func weights(indexComesFirst: Bool) throws {
        var checkpoint = CheckpointBuilder()
        checkpoint.add("embed..text/_dense/kernel", shape: [2, 2], values: [1, 2, 3, 4])
        checkpoint.add("embed..text/_dense/kernel_mask", shape: [2, 2], values: [1, 0, 0, 1])
        checkpoint.add("embed..text/_dense/bias", shape: [2], values: [5, 6])
        checkpoint.add("crf..entity/f1_score_metric/x", shape: [], values: [7])
        let archive = SmallArchive(checkpoint: checkpoint, indexComesFirst: indexComesFirst)
        let model = try TemporaryDirectory().open(archive.bytes)
        let weights = try #require(model.weights(SmallArchive.resource, "DIETClassifier"))
        let layer = weights.scope("embed.text").scope("_dense")
        let kernel = try #require(try layer.tensor("kernel"))
        #expect(kernel.shape == [2, 2])
        #expect(Array(kernel.values) == [1, 0, 0, 4])
        #expect(Int(bitPattern: kernel.values.baseAddress) % 64 == 0)
        #expect(try Array(layer.tensor("bias")?.values ?? .init(start: nil, count: 0)) == [5, 6])
        #expect(try layer.tensor("kernel_mask") == nil)
        #expect(try weights.tensor("crf.entity/f1_score_metric/x") == nil)
        #expect(
            model.weightShapes(SmallArchive.resource, "DIETClassifier").map(\.name)
                == ["embed.text/_dense/bias", "embed.text/_dense/kernel"])
        #expect(model.weights("train_Other", "DIETClassifier") == nil)
    }

    @Test func files() throws {
        let model = try TemporaryDirectory().open(
            SmallArchive {
                $0.file("components/a/x.json", #"{"k": [1, 2.5]}"#)
                $0.file("components/a/broken.json", "{")
                $0.file("components/a/empty", "")
                $0.file("components/a/checkpoint", "not needed")
            }.bytes)
        #expect(model.has("a", "x.json"))
        #expect(!model.has("a", "y.json"))
        #expect(!model.has("a", "checkpoint"))
        #expect(try model.json("a", "x.json") == ["k": [1, 2.5]])
        #expect(try model.json("a", "y.json") == nil)
        #expect(model.bytes("a", "empty") == [])
        let error = #expect(throws: ArchiveError.self) { try model.json("a", "broken.json") }
        #expect(error?.message.contains("components/a/broken.json") == true)
    }

    @Test func longNamesAndRepackedArchives() throws {
        let long = "components/" + String(repeating: "long/", count: 40) + "ä.json"
        let model = try TemporaryDirectory().open(
            SmallArchive {
                $0.extended("path", long)
                $0.file("short", "1")
                $0.file("././@LongLink", Array("components/b/\(String(repeating: "x", count: 150))\0".utf8), kind: "L")
                $0.file("short", "2")
                $0.file("./components/c/d.json", "3")
            }.bytes)
        #expect(try model.json("long", String(repeating: "long/", count: 39) + "ä.json") == 1)
        #expect(try model.json("b", String(repeating: "x", count: 150)) == 2)
        #expect(try model.json("c", "d.json") == 3)
    }

    @Test func outlivesItsDirectory() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let model = try directory?.open(SmallArchive().bytes)
        directory = nil
        #expect(try model?.json(SmallArchive.resource, "DIETClassifier.sparse_feature_sizes.json") == [:])
    }

    @Test func halfWrittenDirectoryIsNotOpened() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.open(SmallArchive().bytes)
        let prepared = "\(directory.path)/prepared"
        #expect(throws: ArchiveError.self) {
            try ModelPreparer().prepare(archive: "\(directory.path)/model.tar.gz", into: prepared)
        }
        #expect(directory.names() == ["model.tar.gz", "prepared"], "a prepared model is never written over")
        truncate("\(prepared)/files.bin", 10)
        #expect(throws: ArchiveError.self) { try PreparedModel.open(prepared) }
        unlink("\(prepared)/index.json")
        let error = #expect(throws: ArchiveError.self) { try PreparedModel.open(prepared) }
        #expect(error?.code == .badPreparedModel)
    }
}
