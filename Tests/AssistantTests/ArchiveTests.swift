import Dialogue
import JSON
import ModelArchive
import TestSupport
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
        let directory = try TemporaryDirectory()
        let archive = Fixtures.path("\(recorded["model"]?.string ?? "").tar.gz")
        try ModelPreparer().prepare(archive: archive, into: "\(directory.path)/model")
        let assistant = try Assistant(model: PreparedModel.open("\(directory.path)/model"))
        try await Replay(assistant).run(recorded["steps"]?.array ?? [])
    }
}
