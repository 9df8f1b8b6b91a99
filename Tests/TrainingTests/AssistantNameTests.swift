import System
import TestSupport
import Testing
import Training

@Suite("A configuration without an assistant_id is given one")
struct AssistantNameTests {
    private let directory: TemporaryDirectory
    private var file: String { "\(directory.path)/config.yml" }

    init() throws { directory = try TemporaryDirectory() }

    private func ensure(_ text: String) throws -> (said: String?, text: String) {
        try File.write(Array(text.utf8), to: file)
        let said = try AssistantName(in: file).ensure()
        return (said, String(decoding: try File.read(file), as: UTF8.self))
    }

    @Test(arguments: [
        ("recipe: default.v1\n", ""), ("# mine\nrecipe: default.v1", ""),
        ("assistant_id: placeholder_default\nrecipe: default.v1\n", "assistant_id: placeholder_default\n"),
        ("recipe: default.v1\nassistant_id:\nlanguage: en\n", "assistant_id:\n"),
    ])
    func missing(_ text: String, _ replaced: String) throws {
        let (said, changed) = try ensure(text)
        #expect(said?.contains("assistant_id: ") == true)
        let lines = changed.split(separator: "\n")
        let added = try #require(lines.first { $0.wholeMatch(of: /assistant_id: \d{8}-\d{6}-[a-z]+-[a-z]+/) != nil })
        let rest = lines.filter { $0 != added }
        #expect(rest == text.replacing(replaced, with: "").split(separator: "\n"))
        #expect(try AssistantName(in: file).ensure() == nil)
    }

    @Test("Lines end as they did", arguments: ["assistant_id: placeholder_default\r\n", ""])
    func carriageReturns(_ placeholder: String) throws {
        let (said, changed) = try ensure("recipe: default.v1\r\n\(placeholder)language: en\r\n")
        #expect(said != nil)
        let lines = changed.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines.dropLast().allSatisfy { $0.last == "\r" })
        #expect(changed.contains("recipe: default.v1\r\n") && !changed.contains("placeholder"))
        #expect(try AssistantName(in: file).ensure() == nil)
    }

    @Test func present() throws {
        let text = "assistant_id: 'mine' # as agreed\n"
        let (said, unchanged) = try ensure(text)
        #expect(said == nil)
        #expect(unchanged == text)
    }

    @Test func whatCannotBeAddedToIsNotDamaged() throws {
        let text = "{recipe: default.v1, language: en}\n"
        #expect(throws: TrainingError.self) { try ensure(text) }
        #expect(String(decoding: try File.read(file), as: UTF8.self) == text)
    }
}
