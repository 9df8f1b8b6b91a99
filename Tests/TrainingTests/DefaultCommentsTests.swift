import System
import TestSupport
import Testing
import Training

@Suite("A configuration without pipeline or policies is told what it stands for")
struct DefaultCommentsTests {
    private let directory: TemporaryDirectory
    private var file: String { "\(directory.path)/config.yml" }

    init() throws { directory = try TemporaryDirectory() }

    private func ensure(_ text: String, _ part: TrainingPart = .everything) throws -> (said: [String], text: String) {
        try File.write(Array(text.utf8), to: file)
        let said = DefaultComments(in: file).ensure(part).map(\.sentence)
        return (said, String(decoding: try File.read(file), as: UTF8.self))
    }

    @Test(arguments: ["language: en\n", "language: en", "pipeline:\nlanguage: en\npolicies: # later\n"])
    func missing(_ text: String) throws {
        let (said, changed) = try ensure(text)
        #expect(said.count == 2)
        #expect(changed.contains("#   - name: DIETClassifier\n#     epochs: 100\n"))
        #expect(changed.contains("#   - name: TEDPolicy\n"))
        #expect(DefaultComments(in: file).ensure(.everything).isEmpty, "once is enough")
        #expect(try Configuration(path: file).pipeline == nil)
        // Without the marks they are what is trained.
        let lines = changed.split(separator: "\n").filter { !$0.hasPrefix("# There") }
        let mine = lines.map { $0.hasPrefix("# ") ? String($0.dropFirst(2)) : String($0) }.joined(separator: "\n")
        try File.write(Array(mine.utf8), to: file)
        let configuration = try Configuration(path: file)
        #expect(configuration.pipeline?.map(\.component).contains("DIETClassifier") == true)
        #expect(configuration.policies?.count == 4)
    }

    @Test func onlyThePartThatIsTrained() throws {
        #expect(try ensure("language: en\n", .understanding).text.contains("policies") == false)
        #expect(try ensure("language: en\n", .policies).text.contains("pipeline") == false)
    }

    @Test(arguments: ["pipeline: []\npolicies: []\n", "{language: en}\n", "pipeline: [\n"])
    func whatIsThereStays(_ text: String) throws {
        #expect(try ensure(text).text == text)
    }
}
