import Prefork
import System
import TestSupport
import Testing

@testable import Operations

@Suite("The starter project")
struct StarterProjectTests {
    @Test("is written whole into a new directory, and replaces nothing")
    func writing() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/new/project"
        let project = StarterProject(assistantID: "mine")
        #expect(project.present(in: path).isEmpty)
        try project.write(to: path)
        #expect(
            directory.names(in: "new/project") == [
                "actions", "config.yml", "credentials.yml", "data", "domain.yml", "endpoints.yml", "tests",
            ])
        #expect(project.present(in: path) == project.files.map(\.path))
        let config = String(decoding: try File.read("\(path)/config.yml"), as: UTF8.self)
        #expect(config.contains("assistant_id: mine\n"))
        let error = #expect(throws: BootFailure.self) { try project.write(to: path) }
        #expect(error?.message.contains("\(path)/config.yml") == true)
    }

    @Test("ends each file with one line feed, and has no line that is too long")
    func form() {
        for file in StarterProject(assistantID: "mine").files where !file.text.isEmpty {
            #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
            #expect(file.text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(file.path)")
        }
    }
}
