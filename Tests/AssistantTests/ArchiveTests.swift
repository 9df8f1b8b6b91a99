import Dialogue
import Foundation
import JSON
import Logging
import ModelArchive
import Policies
import Testing

@testable import Assistant

@Suite("Archives trained by Rasa hold the recorded conversations")
struct ArchiveTests {
    @Test(
        "Replies and events are those recorded",
        arguments: ["blink-keywords", "desk-no-action-endpoint"])
    func policies(name: String) async throws {
        let cases = try RecordedCases()
        let recorded = try cases.named(name)
        let steps = recorded["steps"]?.array ?? []
        var script = Script()
        for events in steps.compactMap({ $0["tracker"]?["events"]?.array }) { script.add(events) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-test-\(RandomID.hex())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = fixture("\(recorded["model"]?.string ?? "").tar.gz").path
        try ModelPreparer().prepare(archive: archive, into: folder.path)
        let model = try PreparedModel.open(folder.path)
        let domain = try Domain(json: model.metadata.domain)
        let ensemble = try PolicyEnsemble(model: model, domain: domain)
        let assistant = try Assistant.scripted(
            domain: model.metadata.domain, modelID: model.metadata.modelID, assistantID: model.metadata.assistantID,
            understanding: script.understanding, deciding: ModelDeciding(ensemble: ensemble, domain: domain))
        try await Replay(assistant).run(steps)
    }
}
