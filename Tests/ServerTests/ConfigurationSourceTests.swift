import Foundation
import System
import TestSupport
import Testing

@testable import Server

@Suite("What was read of the configuration is read again from what was found")
struct ConfigurationSourceTests {
    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "parley-source-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("contents and missing files stay what they were, whatever becomes of them")
    func recording() throws {
        let (path, missing) = (try file("first"), "/nonexistent/endpoints.yml")
        let disk = ConfigurationSource()
        #expect(disk.exists(path) && !disk.exists(missing))
        #expect(try disk.read(path, atMost: 100) == Array("first".utf8))
        #expect(try disk.lookedUp("archive") { () throws(SystemError) in "m.tar.gz" } == "m.tar.gz")
        try Data("second".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try disk.read(path, atMost: 100) == Array("first".utf8))
        let recorded = ConfigurationSource(recording: disk.recording)
        try FileManager.default.removeItem(atPath: path)
        #expect(recorded.exists(path) && !recorded.exists(missing))
        #expect(try recorded.read(path, atMost: 100) == Array("first".utf8))
        #expect(try recorded.lookedUp("archive") { () throws(SystemError) in "other" } == "m.tar.gz")
        #expect(throws: SystemError.self) { try recorded.read(missing, atMost: 100) }
    }

    @Test("what was never looked at is not there, and no recording is empty")
    func nothing() throws {
        let empty = ConfigurationSource().recording
        #expect(!empty.isEmpty)
        let path = try file("x")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(!ConfigurationSource(recording: empty).exists(path))
    }

    @Test("a recording that is cut yields what is whole in it")
    func cut() throws {
        let path = try file("some content")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let disk = ConfigurationSource()
        _ = try disk.read(path, atMost: 100)
        let recording = disk.recording
        for length in 0..<recording.count {
            #expect(!ConfigurationSource(recording: Array(recording[..<length])).exists(path))
        }
    }
}

@Suite("The processors that a program may use")
struct MachineProcessorsTests {
    @Test(
        "are fewer where a control group allows less time",
        arguments: [
            ([150_000, 100_000], 2), ([100_000, 100_000], 1), ([50_000, 100_000], 1), ([nil, 100_000], nil), ([], nil),
            ([100_000, 0], nil),
        ] as [([UInt64?], Int?)])
    func quota(numbers: [UInt64?], count: Int?) {
        #expect(MachineProcessors.processors(quota: numbers) == count)
    }

    @Test("are one at least")
    func least() {
        #expect(MachineProcessors.count >= 1)
    }

    @Test("are looked up in the groups of both versions, and in those above")
    func groups() {
        let groups = "4:cpu,cpuacct:/docker/ab\n2:memory:/other\n0::/system.slice\n"
        let directories = ControlGroups.directories(of: "cpu", groups: groups)
        #expect(
            directories.map(\.path) == [
                "/sys/fs/cgroup/cpu/docker/ab", "/sys/fs/cgroup/cpu/docker", "/sys/fs/cgroup/cpu",
                "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup",
            ])
        #expect(directories.map(\.isUnified) == [false, false, false, true, true])
    }
}

@Suite("A file with the supervisor's process id")
struct PIDFileTests {
    private let path = NSTemporaryDirectory() + "parley-pid-\(UUID().uuidString)"

    @Test("belongs to one server, and is taken over from one that has ended")
    func locked() throws {
        try Data("999999999\n".utf8).write(to: URL(fileURLWithPath: path))
        let file = try PIDFile(path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
        #expect(throws: (any Error).self) { try PIDFile(path) }
        file.delete()
        #expect(!FileManager.default.fileExists(atPath: path))
        try PIDFile(path).delete()
    }
}
