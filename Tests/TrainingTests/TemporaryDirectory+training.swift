import Glibc
import JSON
import ModelArchive
import TestSupport
import Training

/// Models trained in a directory that is gone after the test.
extension TemporaryDirectory {

    /// Trains from one text with all sections.
    func train(_ text: String, fixedName: String? = "model", check: ProjectCheck? = nil) throws -> TrainedModel {
        var request = TrainingRequest(data: [], output: path)
        request.fixedName = fixedName
        request.check = check
        return try Trainer(request).train(Array(text.utf8), file: "body.yml")
    }

    /// Trains the project of a fixture.
    func train(project: String) throws -> PreparedModel {
        let directory = Fixtures.path(project)
        var request = TrainingRequest(
            data: ["\(directory)/data"], configuration: "\(directory)/config.yml",
            domain: access("\(directory)/domain", F_OK) == 0 ? "\(directory)/domain" : "\(directory)/domain.yml",
            output: path)
        request.fixedName = project
        return try open(try Trainer(request).train().path)
    }

    /// Opens an archive.
    func open(_ archive: String) throws -> PreparedModel {
        let directory =
            "\(path)/prepared-\(archive.split(separator: "/").last ?? "")-\(UInt32.random(in: 0...UInt32.max))"
        try ModelPreparer().prepare(archive: archive, into: directory)
        return try PreparedModel.open(directory)
    }
}

extension Fixtures {
    /// An archive that Rasa trained.
    static func archive(_ name: String) -> String {
        let beside = path("\(name).tar.gz")
        return access(beside, F_OK) == 0 ? beside : path("\(name).tar.gz", of: "AssistantTests")
    }
}
