import JSON
import ModelArchive
import TestSupport
import Testing
import Training

@Suite("What an archive keeps of dialogues has the form that Rasa reads")
struct DialogueArraysTests {
    @Test("lists are as deep as they say", arguments: ["data_example", "label_data"])
    func depths(_ file: String) throws {
        let project = Fixtures.path("fingerprints/spoken")
        let directory = try TemporaryDirectory()
        let request = TrainingRequest(
            data: ["\(project)/data"], configuration: "\(project)/config.yml", domain: "\(project)/domain.yml",
            output: directory.path)
        let model = try SavedModel(archive: try Trainer(request).train().path, besides: "\(directory.path)/read")
        let metadata = try #require(
            try model.files.json("train_TEDPolicy0", "ted_policy.\(file)_metadata.json", .anything))
        var names: Set<String> = []
        for attribute in metadata.array ?? [] {
            for component in attribute["components"]?.array ?? [] {
                let name = try #require(component["key"]?.string)
                names.insert(name)
                let array = try #require(component["features"]?.array?.first)
                #expect(Self.depth(array) == component["number_of_dimensions"]?.int, "\(name)")
            }
        }
        // Rasa takes an array of another depth for damaged, and the policy for one that was never trained.
        #expect(names.contains("sequence_lengths"))
    }

    private static func depth(_ array: JSON) -> Int {
        if let parts = array["subcomponents"]?.array { return 1 + (parts.first.map(depth) ?? 0) }
        return array["shape"]?.array?.count ?? 1
    }
}
