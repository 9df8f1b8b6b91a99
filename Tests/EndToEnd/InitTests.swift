import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("parley init makes a project that can be trained and served", .ownThread)
struct InitTests {
    private func parley(_ words: [String], in directory: TemporaryDirectory, input: String? = nil) throws
        -> RunningProcess.Ending
    {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data((input ?? "").utf8))
        try pipe.fileHandleForWriting.close()
        return try RunningProcess(
            ParleyServer.binary, words, directory: directory.path, input: pipe.fileHandleForReading.fileDescriptor
        ).ending()
    }

    @Test("init, train, run")
    func wholeWay() throws {
        let directory = try TemporaryDirectory()
        let made = try parley(["init", "--no-prompt", "--init-dir", "project"], in: directory)
        #expect(made.status == 0, "\(made.lines)")
        #expect(!made.lines.contains { $0.hasPrefix("warning") }, "\(made.lines)")
        #expect(made.lines.contains { $0.contains("DIETClassifier") && $0.contains("100") }, "\(made.lines)")
        #expect(directory.names(in: "project/models").count == 1)

        let trained = try RunningProcess(
            ParleyServer.binary,
            ["train", "--fixed-model-name", "mine", "--fail-on-validation-warnings"],
            directory: "\(directory.path)/project"
        ).ending()
        #expect(trained.status == 0, "\(trained.lines)")

        let server = try ParleyServer(model: "\(directory.path)/project/models/mine.tar.gz")
        func texts(_ message: String) throws -> [String] {
            try server.say(message, as: "me").json?.array?.compactMap { $0["text"]?.string } ?? []
        }
        #expect(try texts("Hello there") == ["Hello! Ask me when we are open, or tell me how you like it here."])
        #expect(try texts("are you open?") == ["We are open from nine to five, Monday to Saturday."])
        #expect(try texts("are you open on Sundays?") == ["We are closed on Sundays."])
        #expect(try texts("feedback") == ["Do you like it here?"])
        #expect(try texts("not really") == ["I am sorry to hear that. We will do better."])

        let stories = try String(contentsOfFile: "\(directory.path)/project/tests/test_stories.yml", encoding: .utf8)
        let report = try ParleyServer(["--enable-api"], model: "\(directory.path)/project/models/mine.tar.gz")
            .call("POST", "/model/test/stories?e2e=true", stories, headers: ["Content-Type: application/x-yaml"])
        #expect(report.status == 200, "\(report.text)")
        #expect(report.json?["accuracy"] == 1.0, "\(report.text)")
    }

    @Test("asks for the directory, and whether to train; the end of the input is no")
    func questions() throws {
        let directory = try TemporaryDirectory()
        let made = try parley(["init"], in: directory, input: "desk\n\nn\n")
        #expect(made.status == 0, "\(made.lines)")
        #expect(directory.names() == ["desk"])
        #expect(directory.names(in: "desk").contains("config.yml"))
        #expect(!directory.names(in: "desk").contains("models"))
        let left = try parley(["init"], in: directory, input: "other\n")
        #expect(left.status == 0)
        #expect(directory.names() == ["desk"])
    }

    @Test("replaces no file")
    func present() throws {
        let directory = try TemporaryDirectory()
        try directory.write("mine", as: "domain.yml")
        let refused = try parley(["init", "--no-prompt"], in: directory)
        #expect(refused.status == 64)
        #expect(refused.lines.contains { $0.contains("domain.yml already") })
        #expect(directory.names() == ["domain.yml"])
    }
}
