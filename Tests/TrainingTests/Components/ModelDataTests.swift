import ExactText
import JSON
import Networks
import System
import Tensors
import TestSupport
import Testing
import TextFeatures
import YAML

@testable import Training

/// What Rasa 3.6.21 feeds into the networks of the project `tickets`.
@Suite("Networks learn from the features, labels and tags that Rasa feeds them")
struct ModelDataTests {
    private let jobs: [TextNetworkJob]
    private let recorded: JSON

    init() throws {
        jobs = try Self.trainer(project: Fixtures.path("tickets")).jobs
        recorded = try JSON(parsing: try File.read(Fixtures.path("tickets.json")))
    }

    /// Everything of a project's pipeline but its networks, trained.
    static func trainer(project: String) throws -> PipelineTrainer {
        let configuration = try Configuration(try DataFiles.read("\(project)/config.yml", YAMLReader()))
        let domain = try DomainReader.read(path: "\(project)/domain.yml", YAMLReader())
        let files = try DataFiles.find(["\(project)/data"], DataFiles.training).map {
            try DataFile(path: $0, YAMLReader(), language: "en")
        }
        let data = try UnderstandingReader.read(files).data
        let responses = domain["responses"]?.object ?? [:]
        let pipeline = try #require(configuration.pipeline)
        let tokenizer = try #require(pipeline.first)
        let material = Components.Material(
            data: data, messages: TrainingMessage.all(data, [], responses: responses),
            tokenizer: try TrainingTokenizer(tokenizer.config, node: tokenizer.name))
        var trainer = PipelineTrainer(material, responses: responses)
        for step in pipeline { _ = try trainer.train(step) }
        return trainer
    }

    @Test(arguments: ["DIETClassifier", "ResponseSelector"])
    func examples(_ component: String) throws {
        let job = try #require(jobs.first { $0.step.component == component })
        let right = try #require(recorded[component])
        #expect(.array(job.learned.labels.map(JSON.string)) == right["labels"])
        #expect(.array(job.learned.tagSpecs.map { .array($0.tags.map(JSON.string)) }) == right["tags"])
        let widths = job.learned.examples.sparseWidths
        #expect(.array(widths.sequence.map(JSON.int)) == right["widths"]?["sequence"])
        #expect(.array(widths.sentence.map(JSON.int)) == right["widths"]?["sentence"])
        #expect(.array(job.learned.examples.labels.map { Self.rows($0.sequence) }) == right["label_rows"])
        let expected = try #require(right["examples"]?.array)
        #expect(job.learned.examples.examples.count == expected.count)
        for (example, expected) in zip(job.learned.examples.examples, expected) {
            #expect(example.label == expected["label"]?.int)
            #expect(Self.rows(example.rows.sequence) == expected["sequence"])
            #expect(Self.rows(example.rows.sentence) == expected["sentence"])
            #expect(.array(example.tags.map { .array($0.map { .int(Int($0)) }) }) == expected["tags"])
        }
    }

    /// The nonzeros of each row: their columns, with their values where these are not 1.
    private static func rows(_ features: FeatureSet) -> JSON {
        guard let matrix = features.sparse else { return .null }
        return .array(
            (0..<matrix.rows).map { row in
                let places = Int(matrix.rowStarts[row])..<Int(matrix.rowStarts[row + 1])
                return .array(
                    places.map { place in
                        let column = JSON.int(Int(matrix.columnIndices[place]))
                        let value = matrix.values[place]
                        return value == 1 ? column : [column, .int(Int(value))]
                    })
            })
    }
}
