import Dialogue
import Foundation
import JSON
import ModelArchive
import System
import Testing

@testable import Assistant

@Suite("Archives trained by Rasa hold the recorded conversations")
struct ArchiveTests {
    @Test(
        "Replies and events are those recorded",
        arguments: [
            "blink-keywords", "desk-no-action-endpoint", "rest-metadata", "rest-odd-payloads", "rest-two-senders",
        ])
    func recorded(name: String) async throws {
        let recorded = try RecordedCases().named(name)
        let directory = FileManager.default.temporaryDirectory.appending(path: "parley-test-\(RandomID.hex())")
        defer { try? FileManager.default.removeItem(at: directory) }
        let archive = fixture("\(recorded["model"]?.string ?? "").tar.gz").path
        try ModelPreparer().prepare(archive: archive, into: directory.path)
        let assistant = try Assistant(model: PreparedModel.open(directory.path))
        try await Replay(assistant).run(recorded["steps"]?.array ?? [])
    }
}
