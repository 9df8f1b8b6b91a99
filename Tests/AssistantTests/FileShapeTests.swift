import Dialogue
import Foundation
import JSON
import ModelArchive
import System
import Testing

@testable import Assistant

@Suite("A component's file of another shape than Rasa writes is refused by its name")
struct FileShapeTests {
    /// A component's file, and contents that it must not have.
    struct Spoilt: Sendable, CustomTestStringConvertible {
        let archive: String
        let resource: String
        let file: String
        let contents: [String]

        var testDescription: String { "\(resource)/\(file)" }
    }

    private static let list = ["{}", "5", "null", "[1]", "[[]]", #"{"a": 1}"#]
    private static let map = ["[]", "5", "null", "[1, 2]", #"{"a": []}"#]

    static let spoilt: [Spoilt] = [
        Spoilt(
            archive: "desklite", resource: "train_RulePolicy1", file: "rule_policy.json",
            contents: map + [
                "{}", #"{"lookup": []}"#, #"{"lookup": {}}"#, #"{"lookup": {"rules": ["a"]}}"#,
                #"{"lookup": {"rules": {"[]": 1}}}"#, #"{"lookup": {"rules": {"[1]": "a"}}}"#,
                #"{"lookup": {"rules": {"[{\"user\": 1}]": "a"}}}"#, #"{"lookup": {"rules": {"{": "a"}}}"#,
                #"{"lookup": {"rules": {}, "rules_for_loop_unhappy_path": []}}"#,
                #"{"lookup": {"rules": {}, "rules_not_in_stories": {}}}"#,
            ]),
        Spoilt(
            archive: "desklite", resource: "train_AugmentedMemoizationPolicy0", file: "memorized_turns.json",
            contents: map + ["{}", #"{"lookup": []}"#, #"{"lookup": {"a": 1}}"#]),
        Spoilt(
            archive: "desklite", resource: "train_RulePolicy1", file: "featurizer.json",
            contents: map + ["{}", #"{"type": 5}"#]),
        Spoilt(
            archive: "desklite", resource: "train_RulePolicy1", file: "rule_only_data.json",
            contents: map + ["{}", #"{"rule_only_slots": {}, "rule_only_loops": []}"#]),
        Spoilt(archive: "desklite", resource: "train_EntitySynonymMapper3", file: "synonyms.json", contents: map),
        Spoilt(
            archive: "desklite", resource: "train_KeywordIntentClassifier1", file: "KeywordIntentClassifier.json",
            contents: map + [#"{"hi": null}"#]),
        Spoilt(
            archive: "blink", resource: "train_RegexEntityExtractor1", file: "regex.json",
            contents: list + [#"[{"name": "a"}]"#, #"[{"name": 1, "pattern": "a"}]"#]),
        tiny("train_CountVectorsFeaturizer3", "vocabularies.json", ["[]", #"{"text": {"a": "b"}}"#]),
        tiny("train_LexicalSyntacticFeaturizer2", "feature_to_idx_dict.json", ["[1, 2]", #"{"a": {"b": "c"}}"#]),
        tiny("train_RegexFeaturizer1", "patterns.json", ["{}", "[1]"]),
        tiny("train_DIETClassifier5", "DIETClassifier.entity_tag_specs.json", ["{}", #"[{"tag_name": 5}]"#]),
        tiny("train_DIETClassifier5", "DIETClassifier.index_label_id_mapping.json", ["[]", #"{"0": 1}"#]),
        tiny("train_ResponseSelector9", "ResponseSelector.responses.json", ["[]", #"{"a": [1]}"#]),
        tiny("train_ResponseSelector9", "ResponseSelector.retrieval_intents.json", ["{}", "[1]"]),
        tiny("train_CRFEntityExtractor6", "crf_dataset.json", ["{}", "[[5]]", "[[{}]]"]),
        tiny("train_CRFEntityExtractor6", "crf_order.json", ["{}", "[1]"]),
        tiny("train_TEDPolicy3", "ted_policy.meta.json", ["[]", #"{"featurizers": 5}"#]),
        tiny("train_TEDPolicy3", "ted_policy.fake_features_metadata.json", ["[]", #"{"a": [1]}"#]),
        tiny("train_TEDPolicy3", "featurizer.json", [#"{"type": "x", "state_featurizer": []}"#]),
    ]

    private static func tiny(_ resource: String, _ file: String, _ contents: [String]) -> Spoilt {
        Spoilt(archive: "../../Fixtures/tiny", resource: resource, file: file, contents: contents)
    }

    @Test("so that nothing is served that has learned nothing", arguments: spoilt)
    func refused(spoilt: Spoilt) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "parley-test-\(RandomID.hex())")
        defer { try? FileManager.default.removeItem(at: directory) }
        try ModelPreparer().prepare(archive: fixture("\(spoilt.archive).tar.gz").path, into: directory.path)
        let whole = try PreparedModel.open(directory.path)
        _ = try Assistant(model: whole)
        let bytes = try #require(whole.bytes(spoilt.resource, spoilt.file))
        // Another content in the file's place, with blanks behind it to keep its length.
        let files = directory.appending(path: "files.bin")
        let all = try Data(contentsOf: files)
        let place = try #require(all.range(of: Data(bytes)))
        for content in spoilt.contents {
            try #require(content.utf8.count <= bytes.count)
            var changed = all
            changed.replaceSubrange(
                place, with: content.utf8 + Data(repeating: 0x20, count: bytes.count - content.utf8.count))
            try changed.write(to: files)
            let model = try PreparedModel.open(directory.path)
            let error = #expect(throws: (any Error).self, "\(spoilt.file): \(content)") { try Assistant(model: model) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(spoilt.file), "\(spoilt.file): \(content)")
        }
    }
}
