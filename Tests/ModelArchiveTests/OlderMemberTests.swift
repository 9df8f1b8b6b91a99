import JSON
import ModelArchive
import TestSupport
import Testing

@Suite("Members of older archives are rewritten to their form in 3.6.21")
struct OlderMemberTests {
    private func model(_ name: String, _ content: String) throws -> PreparedModel {
        try TemporaryDirectory().open(
            SmallArchive(version: "3.4.0") { $0.file("components/train_X1/\(name)", content) }.bytes)
    }

    private func refusal(_ name: String, _ content: String) throws -> String {
        let error = #expect(throws: ArchiveError.self) { try model(name, content) }
        return error?.message ?? ""
    }

    @Test("vocabularies, whose numbers are NumPy's where they were cut")
    func vocabularies() throws {
        let model = try model(
            "vocabularies.pkl",
            """
            {"text": {"a": {"py/object": "numpy.int64", "dtype": "int64", "value": 1}, "py": 0}, "intent": null,
             "response": {"json": 3}}
            """)
        #expect(!model.has("train_X1", "vocabularies.pkl"))
        #expect(
            try model.json("train_X1", "vocabularies.json")
                == ["text": ["a": 1, "py": 0], "intent": .null, "response": ["json": 3]])
    }

    @Test("features of words, by position and name")
    func wordFeatures() throws {
        let model = try model(
            "feature_to_idx_dict.pkl",
            #"{"json://{\"py/tuple\": [-1, \"low\"]}": {"tea": 0}, "json://{\"py/tuple\": [0, \"BOS\"]}": {"True": 1}}"#
        )
        #expect(
            try model.json("train_X1", "feature_to_idx_dict.json") == ["-1###low": ["tea": 0], "0###BOS": ["True": 1]])
        #expect(try refusal("feature_to_idx_dict.pkl", #"{"low": {"tea": 0}}"#).contains("position and name"))
    }

    @Test func patternsAndPriorities() throws {
        let patterns = try model("patterns.pkl", #"[{"name": "zip", "pattern": "\\d{5}"}]"#)
        #expect(try patterns.json("train_X1", "patterns.json")?.array?.first?["name"] == "zip")
        #expect(try model("ted_policy.priority.pkl", "1").json("train_X1", "ted_policy.priority.json") == 1)
    }

    @Test("what makes features of conversations, with and without states")
    func featurizers() throws {
        let memory = try model(
            "featurizer.json",
            """
            {"py/object": "rasa.core.featurizers.tracker_featurizers.MaxHistoryTrackerFeaturizer", "max_history": 5,
             "remove_duplicates": true, "state_featurizer": null}
            """)
        #expect(
            try memory.json("train_X1", "featurizer.json") == [
                "type": "MaxHistoryTrackerFeaturizer", "state_featurizer": .null, "remove_duplicates": true,
                "max_history": 5,
            ])
        let network = try model(
            "featurizer.json",
            """
            {"py/object": "rasa.core.featurizers.tracker_featurizers.FullDialogueTrackerFeaturizer",
             "state_featurizer": {"py/object": "rasa.core.featurizers.single_state_featurizer.SingleStateFeaturizer",
              "_default_feature_states": {"intent": {"greet": 0}}, "action_texts": ["hi"], "entity_tag_specs": [
              {"py/object": "rasa.nlu.extractors.extractor.EntityTagSpec", "py/newargs": {"py/tuple": [
               "entity", {"0": "O"}, {"O": 0}, 1]}, "py/seq": ["entity", {"0": "O"}, {"O": 0}, 1]}]}}
            """)
        #expect(
            try network.json("train_X1", "featurizer.json") == [
                "type": "FullDialogueTrackerFeaturizer",
                "state_featurizer": [
                    "action_texts": ["hi"], "entity_tag_specs": [["entity", ["0": "O"], ["O": 0], 1]],
                    "feature_states": ["intent": ["greet": 0]],
                ],
            ])
        let today = #"{"type": "MaxHistoryTrackerFeaturizer", "max_history": 3}"#
        #expect(try model("featurizer.json", today).bytes("train_X1", "featurizer.json") == Array(today.utf8))
        #expect(try refusal("featurizer.json", #"{"py/object": "own.Featurizer"}"#).contains("\"own.Featurizer\""))
    }

    @Test("files of other components are left to the check of components")
    func files() throws {
        for name in ["encoder.pkl", "vectorizer.joblib", "model.pkl"] {
            #expect(try model(name, "cos\nsystem\n").has("train_X1", name))
        }
    }

    @Test("a network with labels and without weights is incomplete")
    func labelsWithoutWeights() throws {
        let error = #expect(throws: ArchiveError.self) {
            try TemporaryDirectory().open(
                SmallArchive { $0.file("components/train_X1/DIETClassifier.label_data.st", "") }.bytes)
        }
        #expect(error?.code == .badCheckpoint)
        #expect(error?.message.contains("its weights") == true)
    }
}
