import ExactText
import JSON
import OrderedCollections
import TestSupport
import Testing

@testable import ModelArchive
@testable import Training

@Suite("The files beside a network's weights are those of Rasa 3.6.21")
struct NetworkFilesTests {
    private let directory: TemporaryDirectory
    private let model: PreparedModel

    init() throws {
        directory = try TemporaryDirectory()
        let prepared = "\(directory.path)/prepared"
        try ModelPreparer().prepare(archive: Fixtures.shared("tiny.tar.gz"), into: prepared)
        model = try PreparedModel.open(prepared)
    }

    private func json(_ files: NetworkFiles, _ name: String) throws -> JSON? {
        guard case .bytes(let bytes)? = files.files.first(where: { $0.path == "\(files.stem).\(name)" })?.content else {
            return nil
        }
        return try JSON(parsing: bytes)
    }

    @Test func understanding() throws {
        let resource = "train_DIETClassifier5"
        var files = NetworkFiles(stem: "DIETClassifier")
        files.add(sparseFeatureSizes: ["text": ["sequence": [5, 481, 153, 150], "sentence": [5, 153, 150]]])
        files.add(labels: [
            "affirm", "book_flight", "book_table", "chitchat", "deny", "faq", "goodbye", "greet", "inform",
            "out_of_scope", "stop",
        ])
        files.add(tagSpecs: [
            EntityTagSpec(kind: "entity", names: ["name", "city", "address", "number", "cuisine"], isBILOU: true),
            EntityTagSpec(kind: "role", names: ["destination", "departure"], isBILOU: true),
            EntityTagSpec(kind: "group", names: ["2", "1"], isBILOU: true),
        ])
        for name in ["sparse_feature_sizes.json", "index_label_id_mapping.json", "entity_tag_specs.json"] {
            #expect(try json(files, name) == model.json(resource, "DIETClassifier.\(name)"), "\(name)")
        }
    }

    @Test func tagsWithoutPositions() {
        let spec = EntityTagSpec(kind: "entity", names: ["b", "a", "b"], isBILOU: false)
        #expect(spec.tags == ["O", "a", "b"])
        #expect(
            spec.json == [
                "tag_name": "entity", "ids_to_tags": ["1": "a", "2": "b", "0": "O"],
                "tags_to_ids": ["a": 1, "b": 2, "O": 0], "num_tags": 3,
            ])
    }

    @Test func dialogues() throws {
        let resource = "train_TEDPolicy3"
        var files = NetworkFiles(stem: "ted_policy")
        let columns = [("intent", 15), ("active_loop", 2), ("slots", 11), ("action_name", 37), ("entities", 9)]
        files.add(
            fakeFeatures: columns.map { attribute, columns in
                FakeFeature(
                    attribute: attribute, kind: "sentence", origin: "SingleStateFeaturizer", isSparse: true,
                    columns: columns)
            })
        files.add(priority: 1)
        files.add(tagSpecs: [])
        for name in ["fake_features_metadata.json", "priority.json", "entity_tag_specs.json"] {
            #expect(try json(files, name) == model.json(resource, "ted_policy.\(name)"), "\(name)")
        }
        let tensors = try #require(try model.safetensors(resource, "ted_policy.fake_features.st"))
        guard case .bytes(let written)? = files.files.first?.content else {
            Issue.record("the tensors come first")
            return
        }
        let again = try written.withUnsafeBytes { try SafeTensor.read($0, name: "again") }
        #expect(Set(again.keys) == Set(tensors.keys))
        #expect(again.values.allSatisfy { $0.shape == [0] })
    }

    @Test func denseFakeFeatures() throws {
        let text = FakeFeature(attribute: "text", kind: "sequence", origin: "a", isSparse: true, columns: 3)
        let dense = FakeFeature(attribute: "text", kind: "sequence", origin: "b", isSparse: false, columns: 5)
        let (tensors, description) = [text, dense].encoded()
        #expect(Set(tensors.keys) == ["text_0_data", "text_0_row", "text_0_col", "text_1"])
        #expect(tensors["text_1"]?.shape == [0, 5])
        #expect(description["text"]?.array?.map { $0["safetensors_key"]?.string } == ["text_0", "text_1"])
    }

    @Test func thresholds() throws {
        var files = NetworkFiles(stem: "unexpected_intent_policy")
        files.add(labelQuantiles: [14: [1, 2], 3: [0.5]])
        guard case .bytes(let bytes)? = files.files.first?.content else {
            Issue.record("no file")
            return
        }
        let tensors = try bytes.withUnsafeBytes { try SafeTensor.read($0, name: "label_quantiles") }
        #expect(tensors["14"]?.floats == [1, 2])
        #expect(tensors["3"]?.floats == [0.5])
        #expect(files.files.map(\.path) == ["unexpected_intent_policy.label_quantiles.st"])
    }
}
