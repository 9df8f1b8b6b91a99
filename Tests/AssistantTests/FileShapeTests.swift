import Dialogue
import Foundation
import JSON
import ModelArchive
import System
import TestSupport
import Testing

@testable import Assistant

@Suite("A component's file of another shape than Rasa writes is refused by its name")
struct FileShapeTests {
    /// A component's file, and contents that it must not have.
    struct Damaged: Sendable, CustomTestStringConvertible {
        let archive: String
        let resource: String
        let file: String
        let contents: [String]

        var testDescription: String { "\(resource)/\(file)" }
    }

    private static let list = ["{}", "5", "null", "[1]", "[[]]", #"{"a": 1}"#]
    private static let map = ["[]", "5", "null", "[1, 2]", #"{"a": []}"#]

    static let damaged: [Damaged] = [
        Damaged(
            archive: "desklite", resource: "train_RulePolicy1", file: "rule_policy.json",
            contents: map + [
                "{}", #"{"lookup": []}"#, #"{"lookup": {}}"#, #"{"lookup": {"rules": ["a"]}}"#,
                #"{"lookup": {"rules": {"[]": 1}}}"#, #"{"lookup": {"rules": {"[1]": "a"}}}"#,
                #"{"lookup": {"rules": {"[{\"user\": 1}]": "a"}}}"#, #"{"lookup": {"rules": {"{": "a"}}}"#,
                #"{"lookup": {"rules": {}, "rules_for_loop_unhappy_path": []}}"#,
                #"{"lookup": {"rules": {}, "rules_not_in_stories": {}}}"#,
            ]),
        Damaged(
            archive: "desklite", resource: "train_AugmentedMemoizationPolicy0", file: "memorized_turns.json",
            contents: map + ["{}", #"{"lookup": []}"#, #"{"lookup": {"a": 1}}"#]),
        Damaged(
            archive: "desklite", resource: "train_RulePolicy1", file: "featurizer.json",
            contents: map + ["{}", #"{"type": 5}"#]),
        Damaged(
            archive: "desklite", resource: "train_RulePolicy1", file: "rule_only_data.json",
            contents: map + ["{}", #"{"rule_only_slots": {}, "rule_only_loops": []}"#]),
        Damaged(archive: "desklite", resource: "train_EntitySynonymMapper3", file: "synonyms.json", contents: map),
        Damaged(
            archive: "desklite", resource: "train_KeywordIntentClassifier1", file: "KeywordIntentClassifier.json",
            contents: map + [#"{"hi": null}"#]),
        Damaged(
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

    private static func tiny(_ resource: String, _ file: String, _ contents: [String]) -> Damaged {
        Damaged(archive: "../../Fixtures/tiny", resource: resource, file: file, contents: contents)
    }

    @Test("so that nothing is loaded that has learned nothing", arguments: damaged)
    func refused(damaged: Damaged) throws {
        let directory = try TemporaryDirectory()
        let prepared = "\(directory.path)/model"
        try ModelPreparer().prepare(archive: Fixtures.path("\(damaged.archive).tar.gz"), into: prepared)
        let whole = try PreparedModel.open(prepared)
        _ = try Assistant(model: whole)
        let bytes = try #require(whole.bytes(damaged.resource, damaged.file))
        // Another content in the file's place, with blanks behind it to keep its length.
        let files = URL(filePath: "\(prepared)/files.bin")
        let all = try Data(contentsOf: files)
        let place = try #require(all.range(of: Data(bytes)))
        for content in damaged.contents {
            try #require(content.utf8.count <= bytes.count)
            var changed = all
            changed.replaceSubrange(
                place, with: content.utf8 + Data(repeating: 0x20, count: bytes.count - content.utf8.count))
            try changed.write(to: files)
            let model = try PreparedModel.open(prepared)
            let error = #expect(throws: (any Error).self, "\(damaged.file): \(content)") { try Assistant(model: model) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(damaged.file), "\(damaged.file): \(content)")
        }
    }
}
