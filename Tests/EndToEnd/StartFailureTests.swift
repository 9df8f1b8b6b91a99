import Foundation
import Testing

@Suite("A start that cannot succeed ends with one line that says what to change")
struct StartFailureTests {
    /// Runs `parley` in a fresh folder with files, and expects a quick end.
    private func failure(
        _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> RunningProcess.Ending {
        let folder = try ParleyServer.scratchFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, content) in files {
            try Data(content.utf8).write(to: folder.appendingPathComponent(name))
        }
        let process = try RunningProcess(
            ParleyServer.binary, arguments, environment: environment.merging(["LOG_LEVEL": "ERROR"]) { $1 },
            folder: folder)
        return try process.ending()
    }

    private func expectOneLine(_ ending: RunningProcess.Ending, naming words: [String]) {
        #expect(ending.status != 0)
        #expect(ending.lines.count == 1, "\(ending.lines)")
        for word in words { #expect(ending.lines.joined().contains(word), "\(ending.lines) should name \(word)") }
    }

    private let model = ["-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1"]

    @Test("an archive that is none")
    func brokenArchive() throws {
        expectOneLine(
            try failure(["run", "-m", "broken.tar.gz", "-p", "0"], files: ["broken.tar.gz": "not an archive"]),
            naming: ["broken.tar.gz"])
    }

    @Test("a port in use")
    func portInUse() throws {
        let other = try ParleyServer()
        expectOneLine(
            try failure(["run", "-m", ParleyServer.demo, "-p", String(other.port), "-i", "127.0.0.1"]),
            naming: [String(other.port)])
    }

    @Test("YAML that cannot be read, with file and line")
    func brokenYAML() throws {
        expectOneLine(
            try failure(
                ["run"] + model + ["--endpoints", "e.yml"], files: ["e.yml": "lock_store:\n  type: [redis\n"]),
            naming: ["e.yml:"])
    }

    @Test("a variable that is not set, with file, line and name")
    func unsetVariable() throws {
        expectOneLine(
            try failure(
                ["run"] + model + ["--endpoints", "e.yml"],
                files: ["e.yml": "lock_store:\n  type: redis\n  password: ${PARLEY_TEST_UNSET}\n"]),
            naming: ["e.yml:3", "PARLEY_TEST_UNSET"])
    }

    @Test("an unknown key, with the nearest known one")
    func unknownKey() throws {
        expectOneLine(
            try failure(
                ["run"] + model + ["--endpoints", "e.yml"], files: ["e.yml": "lock_stor:\n  type: redis\n"]),
            naming: ["e.yml:1", "lock_store"])
    }

    @Test("a flag that does not exist, with the nearest that does")
    func wrongFlag() throws {
        expectOneLine(try failure(["run", "--enable-apo"]), naming: ["--enable-apo", "--enable-api"])
    }

    @Test("a flag that this version does not serve")
    func laterFlag() throws {
        expectOneLine(try failure(["run"] + model + ["--ssl-certificate", "c.pem"]), naming: ["--ssl-certificate"])
    }

    @Test("a Redis that does not answer")
    func noRedis() throws {
        let yaml = "lock_store:\n  type: redis\n  url: 127.0.0.1\n  port: 1\n"
        expectOneLine(
            try failure(["run"] + model + ["--endpoints", "e.yml"], files: ["e.yml": yaml]), naming: ["127.0.0.1:1"])
    }

    @Test("with the API, no model is only a warning, and its routes answer 409")
    func noModel() throws {
        let empty = try ParleyServer.scratchFolder()
        let server = try ParleyServer(model: empty.path)
        #expect(server.process.lines.contains { $0.lowercased().contains("warning") })
        #expect(try server.call("GET", "/status").status == 409)
        #expect(try server.call("GET", "/").status == 200)
    }
}
