import JSON
import Testing

@testable import Settings

@Suite("YAML is written as Rasa writes it")
struct YAMLWriterTests {
    private func written(_ document: YAMLDocument) -> String { String(decoding: document.text, as: UTF8.self) }

    @Test(
        "Blocks hold every text that YAML can hold, emoji, tabs and spaces at the ends of lines among them",
        arguments: ["hi 🙂 there", "👩‍👩‍👧", "a\tb", "trail  ", "two  \nlines \n x", "\u{FEFF}x", "é", "\u{E000}🙂\u{E001}"])
    func blocks(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }
        #expect(written(.group([.init("user", .block(text))])) == "user: |-\n" + lines.joined())
    }

    @Test("A character that YAML does not allow is escaped")
    func escapes() {
        #expect(written(.group([.init("user", .block("a\u{7F}"))])) == "user: \"a\\x7F\"\n")
    }

    @Test(
        "Quotes are single ones, unless the text has some itself, or more than one line",
        arguments: [
            ("I'm fine", "I'm fine"), ("'q'", "\"'q'\""), ("it's: so", "\"it's: so\""), ("a: b", "'a: b'"),
            ("yes", "yes"), ("null", "'null'"), ("x\ny", "\"x\\ny\""), ("🙂", "🙂"), ("@🙂", "'@🙂'"),
        ])
    func quotes(text: String, line: String) {
        #expect(written(.group([.init("x", .value(.string(text)))])) == "x: \(line)\n")
    }
}
