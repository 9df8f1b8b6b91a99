import JSON
import ModelArchive
import TestSupport
import Testing
import Training

@Suite("What an archive keeps of dialogues has the form that Rasa reads")
struct DialogueArraysTests {
    @Test(
        "lists are as deep as they say, and in Rasa's order",
        arguments: [
            ("data_example", ["mask", "sentence", "sequence", "sequence_lengths"]),
            ("label_data", ["mask", "sequence", "sentence", "sequence_lengths"]),
        ])
    func arrays(_ file: String, _ order: [String]) throws {
        let project = Fixtures.path("fingerprints/spoken")
        let directory = try TemporaryDirectory()
        let request = TrainingRequest(
            data: ["\(project)/data"], configuration: "\(project)/config.yml", domain: "\(project)/domain.yml",
            output: directory.path)
        let model = try SavedModel(archive: try Trainer(request).train().path, besides: "\(directory.path)/read")
        let metadata = try #require(
            try model.files.json("train_TEDPolicy0", "ted_policy.\(file)_metadata.json", .anything))
        var names: [String] = []
        for attribute in metadata.array ?? [] {
            for component in attribute["components"]?.array ?? [] {
                let name = try #require(component["key"]?.string)
                names.append(name)
                let array = try #require(component["features"]?.array?.first)
                #expect(Self.depth(array) == component["number_of_dimensions"]?.int, "\(name)")
            }
        }
        // Rasa takes an array of another depth for damaged, and the policy for one that was never trained.
        let place = try #require(names.firstIndex(of: "sequence_lengths"))
        #expect(Array(names[(place - 3)...place]) == order)
    }

    private static func depth(_ array: JSON) -> Int {
        if let parts = array["subcomponents"]?.array { return 1 + (parts.first.map(depth) ?? 0) }
        return array["shape"]?.array?.count ?? 1
    }
}
