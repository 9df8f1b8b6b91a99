import Prefork
import Testing

@testable import parley

@Suite("Commands of Rasa that Parley does not have")
struct RefusedCommandsTests {
    @Test(
        "say in one sentence what to use",
        arguments: [
            "run actions", "interactive", "interactive core", "visualize", "data migrate",
            "evaluate markers all",
            "telemetry disable", "x --no-prompt",
        ])
    func refused(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let failure = try #require(throws: BootFailure.self) { try RefusedCommands.check(words + ["--quiet"]) }
        #expect(failure.status == ExitStatus.usage)
        #expect(failure.message.hasPrefix("'\(words[0])"))
        #expect(failure.message.contains("' is not part of Parley: "))
        #expect(!failure.message.contains("\n"))
    }

    @Test(arguments: [
        "run", "run x.tar.gz", "train", "train core", "shell nlu", "export", "init", "test", "data split nlu",
        "--version", "",
    ])
    func taken(_ command: String) throws {
        try RefusedCommands.check(command.split(separator: " ").map(String.init))
    }
}
