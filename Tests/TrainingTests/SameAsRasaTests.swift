import JSON
import ModelArchive
import TestSupport
import Testing

@testable import Training

@Suite("Training gives the files that Rasa gives for the same project")
struct SameAsRasaTests {
    /// The files of each component, by the node that runs it.
    private static let files = [
        "KeywordIntentClassifier.json", "synonyms.json", "regex.json", "patterns.json", "vocabularies.json",
        "oov_words.json", "feature_to_idx_dict.json", "memorized_turns.json", "featurizer.json", "rule_only_data.json",
    ]

    @Test(arguments: ["lite", "blink", "desklite", "paths", "told"])
    func components(_ project: String) throws {
        let directory = try TemporaryDirectory()
        let ours = try directory.train(project: project)
        let theirs = try directory.open(Fixtures.archive(project))
        for node in theirs.metadata.understandingPipeline + theirs.metadata.policies {
            guard let resource = node.resource else { continue }
            for file in Self.files {
                let right = try theirs.json(resource, file).map(Self.comparable)
                let found = try ours.json(resource, file).map(Self.comparable)
                #expect(found == right, "\(resource)/\(file)")
            }
            let right = try theirs.json(resource, "rule_policy.json")?["lookup"]?.object ?? [:]
            let found = try ours.json(resource, "rule_policy.json")?["lookup"]?.object ?? [:]
            for (part, value) in right {
                #expect(found[part].map(Self.comparable) == Self.comparable(value), "\(part) of \(resource)")
            }
            #expect(Set(found.keys) == Set(right.keys))
        }
    }

    @Test(arguments: ["lite", "blink", "desklite", "paths", "told"])
    func graphs(_ project: String) throws {
        let directory = try TemporaryDirectory()
        let ours = try directory.train(project: project)
        let theirs = try directory.open(Fixtures.archive(project))
        #expect(Self.comparable(ours.metadata.domain) == Self.comparable(theirs.metadata.domain))
        #expect(ours.metadata.assistantID == theirs.metadata.assistantID)
        #expect(ours.metadata.trainingType == theirs.metadata.trainingType)
        let (one, other) = (ours.metadata, theirs.metadata)
        #expect(one.understandingPipeline.map(\.name) == other.understandingPipeline.map(\.name))
        #expect(one.understandingPipeline.map(\.uses) == other.understandingPipeline.map(\.uses))
        #expect(one.policies.map(\.name) == other.policies.map(\.name))
        #expect(one.policies.map(\.uses) == other.policies.map(\.uses))
        #expect(one.policies.map(\.resource) == other.policies.map(\.resource))
        let fingerprints = try [ours, theirs].map {
            try $0.json("finetuning_validator", "fingerprints-for-validation.json")
        }
        #expect(fingerprints[0] == fingerprints[1])
    }

    /// Without the order of members, and of lists whose order is none.
    private static func comparable(_ json: JSON) -> String {
        sorted(json).text(.pythonSorted)
    }

    private static func sorted(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { return .array(elements.map(sorted)) }
            return .array(texts.sorted().map(JSON.string))
        case .object(let members):
            return .object(members.mapValues(sorted))
        default: return json
        }
    }
}
