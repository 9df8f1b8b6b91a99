import Prefork
import System
import TestSupport
import Testing

@testable import Server

@Suite("A variable that is not set may be in a file")
struct SecretFileTests {
    private let directory: TestSupport.TemporaryDirectory
    private let source = ConfigurationSource()

    init() throws {
        directory = try TestSupport.TemporaryDirectory()
        try directory.write("from a file\r\n\n", as: "secret")
        try directory.write("from a credential", as: "TOKEN")
    }

    private func variables(_ set: [String: String]) -> EnvironmentVariables {
        EnvironmentVariables { set[$0] }.withFiles(from: source)
    }

    private var file: String { "\(directory.path)/secret" }

    @Test func theVariableItselfComesFirstThenNAME_FILEThenTheCredential() {
        let all = ["TOKEN": "itself", "TOKEN_FILE": file, "CREDENTIALS_DIRECTORY": directory.path]
        #expect(variables(all)["TOKEN"] == "itself")
        #expect(variables(all.filter { $0.key != "TOKEN" })["TOKEN"] == "from a file")
        #expect(variables(["CREDENTIALS_DIRECTORY": directory.path])["TOKEN"] == "from a credential")
        #expect(variables(["CREDENTIALS_DIRECTORY": directory.path])["OTHER"] == nil)
        #expect(variables([:])["TOKEN"] == nil)
    }

    @Test(arguments: ["../secret", "a/../secret", ".", ""])
    func aCredentialIsAFileOfTheDirectoryOnly(name: String) {
        #expect(variables(["CREDENTIALS_DIRECTORY": "\(directory.path)/sub"])[name] == nil)
    }

    @Test func aFileThatIsMissingOrNoTextIsNamed() throws {
        let missing = variables(["TOKEN_FILE": "/does/not/exist"])
        let error = #expect(throws: UnreadableVariable.self) { try missing.value(of: "TOKEN") }
        #expect(error?.description.contains("'/does/not/exist' (TOKEN_FILE)") == true)
        try directory.write("a\0b", as: "zero")
        #expect(throws: UnreadableVariable.self) {
            try variables(["TOKEN_FILE": "\(directory.path)/zero"]).value(of: "TOKEN")
        }
    }

    @Test func whatWasReadGoesWithTheRecording() throws {
        let set = ["TOKEN_FILE": file]
        #expect(variables(set)["TOKEN"] == "from a file")
        try directory.write("changed", as: "secret")
        let replayed = ConfigurationSource(recording: source.recording)
        #expect(EnvironmentVariables { set[$0] }.withFiles(from: replayed)["TOKEN"] == "from a file")
        #expect(EnvironmentVariables { set[$0] }.withFiles(from: ConfigurationSource())["TOKEN"] == "changed")
    }
}
