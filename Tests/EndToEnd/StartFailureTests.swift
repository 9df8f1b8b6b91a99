import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("A start that cannot succeed ends with one line that says what to change", .ownThread)
struct StartFailureTests {
    /// Runs `parley` in a fresh directory with files, and expects a quick end.
    private func failure(
        _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> RunningProcess.Ending {
        let directory = try TemporaryDirectory()
        for (name, content) in files {
            try directory.write(content, as: name)
        }
        let process = try RunningProcess(
            ParleyServer.binary, arguments, environment: environment.merging(["LOG_LEVEL": "ERROR"]) { $1 },
            directory: directory.path)
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

    @Test("a flag that is not supported")
    func unsupportedFlag() throws {
        expectOneLine(
            try failure(["run"] + model + ["--logging-config-file", "l.yml"]), naming: ["--logging-config-file"])
    }

    private static let keys = Fixtures.shared("tls")

    @Test(
        "certificates and keys that cannot be used",
        arguments: [
            (["--ssl-certificate", "missing.pem"], ["--ssl-certificate", "missing.pem", "No such file"]),
            (["--ssl-certificate", "server.pem", "--ssl-keyfile", "missing.key"], ["--ssl-keyfile", "missing.key"]),
            (["--ssl-certificate", "server.pem", "--ssl-keyfile", "other.key"], ["--ssl-keyfile", "does not belong"]),
            (
                ["--ssl-certificate", "expired.pem", "--ssl-keyfile", "server.key"],
                ["--ssl-certificate", "expired on"]
            ),
            (["--ssl-certificate", "server.pem", "--ssl-keyfile", "encrypted.key"], ["--ssl-password"]),
            (
                ["--ssl-certificate", "server.pem", "--ssl-keyfile", "encrypted.key", "--ssl-password", "wrong"],
                ["--ssl-password: "]
            ),
            (
                ["--ssl-certificate", "server.pem", "--ssl-keyfile", "server.key", "--ssl-ca-file", "missing.pem"],
                ["--ssl-ca-file"]
            ),
            (["--ssl-keyfile", "server.key"], ["--ssl-keyfile", "--ssl-certificate"]),
        ])
    func certificates(flags: [String], words: [String]) throws {
        let flags = flags.map { $0.contains(".") ? "\(Self.keys)/\($0)" : $0 }
        let ending = try failure(["run"] + model + flags)
        expectOneLine(ending, naming: words)
        #expect(!ending.lines.joined().contains("wrong"))
    }

    @Test(
        "keys that web tokens cannot be checked with",
        arguments: [
            (["--jwt-secret", " "], "--jwt-secret"), (["--jwt-private-key", "k"], "--jwt-private-key"),
            (["--jwt-secret", "hush", "--jwt-method", "none"], "--jwt-method"),
            (["--jwt-secret", "hush", "--jwt-method", "RS256"], "--jwt-secret"),
            (["--jwt-secret", "-----BEGIN PUBLIC KEY-----\nhush\n-----END PUBLIC KEY-----"], "--jwt-secret"),
            (["--max-connections", "0"], "--max-connections"),
        ])
    func webTokenKeys(flags: [String], name: String) throws {
        let ending = try failure(["run"] + model + flags)
        expectOneLine(ending, naming: [name])
        #expect(!ending.lines.joined().contains("hush"))
    }

    @Test("a Redis that does not answer")
    func noRedis() throws {
        let yaml = "lock_store:\n  type: redis\n  url: 127.0.0.1\n  port: 1\n"
        expectOneLine(
            try failure(
                ["run"] + model + ["--endpoints", "e.yml", "--store-wait", "0"], files: ["e.yml": yaml]),
            naming: ["127.0.0.1:1"])
    }

    @Test("with the API, no model is only a warning, and its routes answer 409")
    func noModel() throws {
        let empty = try TemporaryDirectory()
        let server = try ParleyServer(model: empty.path)
        #expect(server.process.lines.contains { $0.lowercased().contains("warning") })
        #expect(try server.call("GET", "/status").status == 409)
        #expect(try server.call("GET", "/").status == 200)
    }
}
