import Testing
import YAML

@testable import Settings

@Suite("The model server's settings are Rasa's")
struct ModelServerSettingsTests {
    private func settings(_ more: String) throws -> ModelServerSettings? {
        let text = "models:\n  url: http://h/m\n\(more)"
        return try Endpoints(try YAMLReader().read(Array(text.utf8), file: "e.yml")).modelServer
    }

    @Test(arguments: [
        ("", 100), ("  wait_time_between_pulls: null\n", nil), ("  wait_time_between_pulls: None\n", nil),
        ("  wait_time_between_pulls: 0\n", nil), ("  wait_time_between_pulls: 7\n", 7),
        ("  wait_time_between_pulls: \"8\"\n", 8), ("  wait_time_between_pulls: 2.9\n", 2),
    ])
    func waits(text: String, seconds: Int?) throws {
        #expect(try settings(text)?.timeBetweenPulls == seconds.map { .seconds($0) })
    }

    @Test func mistakes() {
        #expect(throws: SourceError.self) { try settings("  wait_time_between_pulls: soon\n") }
    }
}
