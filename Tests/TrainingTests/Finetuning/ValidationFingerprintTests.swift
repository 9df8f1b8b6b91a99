import ExactText
import Glibc
import JSON
import ModelArchive
import TestSupport
import Testing

@testable import Training

@Suite("Archives hold the fingerprints that Rasa compares before it goes on from them")
struct ValidationFingerprintTests {
    /// What Rasa 3.6.21 gives the projects beside the file, by the project and, where not all is trained, its part.
    private static func recorded() throws -> JSONObject {
        try #require(try Fixtures.json("fingerprints/fingerprints.json").object)
    }

    @Test(
        "are those of Rasa", arguments: ["wide", "spoken", "parts"],
        [TrainingPart.everything, .understanding, .policies])
    func fingerprints(_ project: String, _ part: TrainingPart) throws {
        let name =
            switch part {
            case .everything: project
            case .understanding: "\(project) nlu"
            case .policies: "\(project) core"
            }
        // Stories that are told end to end are trained as a whole only.
        guard let right = try Self.recorded()[name] else { return }
        let directory = try TemporaryDirectory()
        #expect(try fingerprints(of: request(project, part, in: directory), in: directory) == right)
    }

    @Test func keptExamplesAreAnOptionOfTheGraph() throws {
        let directory = try TemporaryDirectory()
        var request = request("parts", .understanding, in: directory)
        request.keepsExamples = true
        let found = try fingerprints(of: request, in: directory)
        #expect(found["fingerprint-config"] == "7fd43c7b2bde06d37532f3a164ce70f4")
    }

    @Test("Rasa's hash takes the text that Python gives a value")
    func values() {
        let json: JSON = ["b": [1, 1.0, .null, true, "é"], "a": [:], "c": []]
        #expect(json.containerFingerprint == "c47f7c08db692599bef1ce24a8f58b23")
    }

    private func request(_ project: String, _ part: TrainingPart, in directory: TemporaryDirectory) -> TrainingRequest {
        let files = Fixtures.path("fingerprints/\(project)")
        let domain = access("\(files)/domain", F_OK) == 0 ? "\(files)/domain" : "\(files)/domain.yml"
        var request = TrainingRequest(
            data: ["\(files)/data"], configuration: "\(files)/config.yml", domain: domain, output: directory.path)
        request.part = part
        request.fixedName = project
        return request
    }

    private func fingerprints(of request: TrainingRequest, in directory: TemporaryDirectory) throws -> JSON {
        let model = try SavedModel(archive: try Trainer(request).train().path, besides: "\(directory.path)/read")
        return try #require(
            try model.files.json("finetuning_validator", "fingerprints-for-validation.json", .anything))
    }
}
