import Prefork
import System
import TestSupport
import Testing
import Training

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

    @Test("is trained with the default pipeline, but for the selector, which stands there as comments")
    func pipeline() throws {
        let directory = try TemporaryDirectory()
        try StarterProject(assistantID: "mine").write(to: directory.path)
        let names = try #require(Configuration(path: "\(directory.path)/config.yml").pipeline).map(\.component)
        let text = DefaultConfiguration.pipeline + "\n"
        try File.write(Array("pipeline:\n\(text)".utf8), to: "\(directory.path)/default.yml")
        let wanted = try #require(Configuration(path: "\(directory.path)/default.yml").pipeline).map(\.component)
        #expect(names == wanted.filter { $0 != "ResponseSelector" } && names.count == wanted.count - 1)
        let config = String(decoding: try File.read("\(directory.path)/config.yml"), as: UTF8.self)
        #expect(
            config.contains(
                "  # - name: ResponseSelector\n  #   epochs: 100\n  #   constrain_similarities: true\n  - name: Fallback"
            ))
    }

    @Test("ends each file with one line feed, and has no line that is too long")
    func form() {
        for file in StarterProject(assistantID: "mine").files where !file.text.isEmpty {
            #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
            #expect(file.text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(file.path)")
        }
    }
}
