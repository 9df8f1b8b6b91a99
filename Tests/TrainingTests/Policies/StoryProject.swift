import Dialogue
import JSON
import System
import Testing
import YAML

@testable import Training

/// A domain with stories and rules from one text.
struct StoryProject {
    let domain: Domain
    let steps: [StoryStep]

    init(_ text: String) throws {
        let document = try Trainer.document(Array(text.utf8), file: "project.yml", .process)
        let written = try DomainReader.domain(of: document)
        let (data, _) = try UnderstandingReader.read([.document(document)])
        domain = try DomainReader.model(try DomainReader.complete(written, with: data, texts: []))
        var reader = StoryReader(domain)
        try reader.take(document)
        steps = reader.steps
    }

    var teller: StoryTeller { StoryTeller(steps, domain) }

    /// The policy of an entry as a configuration has it.
    static func step(_ entry: String) throws -> PipelineStep {
        let document = try Trainer.document(Array("policies:\n- \(entry)".utf8), file: "config.yml", .process)
        return try #require(try Configuration(document).policies?.first)
    }

    /// What a policy learns from.
    func prepared(_ entry: String, augmentation: Int = 0) throws -> PreparedDialogues? {
        let step = try Self.step(entry)
        let policy = try #require(DialoguePolicy(rawValue: step.component))
        let told = try teller.tell(augmentation: augmentation)
        return try PreparedDialogues(DialoguePolicyOptions(step, policy), told.trackers + told.augmented, domain)
    }
}
