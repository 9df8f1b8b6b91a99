import JSON
import System
import Testing

@testable import Server

@Suite("Log lines")
struct LogLineTests {
    private func line(_ message: String, _ facts: [(key: String, value: String)] = []) -> LogLine {
        LogLine(
            time: Timestamp(seconds: 1_700_000_000, milliseconds: 7), level: "warning", source: "parley",
            message: message, facts: facts)
    }

    @Test func forPeople() {
        #expect(
            line("Something happened", [("worker", "1")]).text
                == "2023-11-14T22:13:20.007Z WARNING  Something happened  worker=1\n")
    }

    @Test func cannotBeForgedByLineBreaks() {
        let text = line("a\nb\u{1B}[31m", [("key", "c\r\nd")]).text
        #expect(text.filter(\.isNewline).count == 1)
        #expect(!text.contains("\u{1B}"))
    }

    @Test func forMachines() throws {
        let text = line("say \"hi\"", [("level", "mine"), ("url", "http://127.0.0.1:1/")]).json
        #expect(text.hasSuffix("}\n"))
        #expect(text.filter(\.isNewline).count == 1)
        let value = try JSON(parsing: text)
        #expect(value["timestamp"]?.string == "2023-11-14T22:13:20.007Z")
        #expect(value["level"]?.string == "warning")
        #expect(value["level_"]?.string == "mine")
        #expect(value["event"]?.string == "say \"hi\"")
        #expect(text.contains("http://127.0.0.1:1/"))
    }
}
