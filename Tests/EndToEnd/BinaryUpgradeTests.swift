import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("USR2 starts what lies at the binary's path by then, on the same sockets", .ownThread)
struct BinaryUpgradeTests {
    /// A server that was started by a path at which a test puts other binaries.
    private struct Deployment {
        let directory: TemporaryDirectory
        let server: ParleyServer
        private let path: String
        private let pidFile: String

        init(_ arguments: [String] = [], redis: RedisServer? = nil) throws {
            directory = try TemporaryDirectory()
            path = directory.url.appendingPathComponent("parley").path
            pidFile = directory.url.appendingPathComponent("parley.pid").path
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: ParleyServer.binary)
            server = try ParleyServer(
                ["--enable-api", "--pid-file", pidFile] + arguments, workers: redis == nil ? 1 : 2, redis: redis,
                binary: path, ignoresHangUp: true)
        }

        var supervisor: pid_t { server.process.pid }

        func put(script: String) throws {
            try FileManager.default.removeItem(atPath: path)
            try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }

        /// The process that the file of --pid-file names.
        var named: pid_t? {
            (try? String(contentsOfFile: pidFile, encoding: .utf8)).flatMap { pid_t($0.dropLast()) }
        }

        var hasFileOfOld: Bool { FileManager.default.fileExists(atPath: "\(pidFile).oldbin") }

        /// Has a new binary serve.
        ///
        /// - Returns: Its supervisor.
        func upgrade() throws -> pid_t {
            server.process.signal(SIGUSR2)
            try server.awaitEvent("A new binary serves")
            guard let new = named, new != supervisor else { throw TestFailure("the file names no new process") }
            return new
        }

        /// Ends the new server.
        func end(_ new: pid_t) -> Bool {
            kill(new, SIGTERM)
            return eventually { ParleyServer.hasEnded(new) }
        }
    }

    @Test("under load no request is lost; the old ends, and the new can be replaced in the same way")
    func load() throws {
        let deployment = try Deployment(["--retire-timeout", "1"], redis: try RedisServer())
        let old = deployment.server.workers
        let load = Load(deployment.server, conversations: 8)
        try load.awaitResponses(2)
        let new = try deployment.upgrade()
        let ending = try deployment.server.process.ending()
        #expect(ending.status == 0)
        #expect(old.allSatisfy { ParleyServer.hasEnded($0) })
        #expect(!deployment.hasFileOfOld)
        try load.awaitResponses(2)
        kill(new, SIGUSR2)
        #expect(eventually { deployment.named.map { $0 != new } ?? false && ParleyServer.hasEnded(new) })
        let third = try #require(deployment.named)
        try load.awaitResponses(2)
        let report = try load.stop()
        #expect(report.talks.values.filter { !$0.refused.isEmpty }.isEmpty)
        try report.check(deployment.server)
        #expect(deployment.end(third))
        #expect(deployment.named == nil)
    }

    @Test(
        "a binary that exits, or is none, leaves the old one as it was",
        arguments: ["exit 3", "kill -SEGV $$", "exec /does/not/exist"])
    func exits(script: String) throws {
        let deployment = try Deployment()
        let workers = deployment.server.workers
        try deployment.put(script: script)
        deployment.server.process.signal(SIGUSR2)
        try deployment.server.awaitEvent("everything stays as it was: the new binary")
        #expect(deployment.named == deployment.supervisor)
        #expect(deployment.server.workers == workers)
        #expect(try deployment.server.say("hello", as: "guest").status == 200)
    }

    @Test("where there is no file at the path any more, the log says so")
    func noFile() throws {
        let deployment = try Deployment()
        try FileManager.default.removeItem(atPath: deployment.directory.url.appendingPathComponent("parley").path)
        deployment.server.process.signal(SIGUSR2)
        try deployment.server.awaitEvent("cannot be started: No such file")
        #expect(deployment.named == deployment.supervisor)
        #expect(try deployment.server.say("hello", as: "guest").status == 200)
    }

    @Test("a binary that is never ready is killed after --upgrade-timeout")
    func hangs() throws {
        let deployment = try Deployment(["--upgrade-timeout", "1"])
        try deployment.put(script: "exec sleep 3600")
        deployment.server.process.signal(SIGUSR2)
        try deployment.server.awaitEvent("the new binary was not ready within 1")
        #expect(deployment.named == deployment.supervisor)
        #expect(deployment.server.workers.count == 1)
        #expect(try deployment.server.say("hello", as: "guest").status == 200)
    }

    @Test("a binary that crashes after it was ready has the old one serve again")
    func crashes() throws {
        let deployment = try Deployment()
        let new = try deployment.upgrade()
        #expect(deployment.hasFileOfOld)
        #expect(try deployment.server.say("hello", as: "guest").status == 200)
        kill(new, SIGKILL)
        try deployment.server.awaitEvent("this one serves again")
        #expect(deployment.named == deployment.supervisor)
        #expect(!deployment.hasFileOfOld)
        try deployment.server.awaitEvent("A new worker serves")
        #expect(try deployment.server.say("hello", as: "other").status == 200)
        deployment.server.process.signal(SIGTERM)
        #expect(try deployment.server.process.ending().status == 0)
    }

    @Test("a server that ends while a binary starts ends that too")
    func stops() throws {
        let deployment = try Deployment()
        try deployment.put(script: "exec sleep 3600")
        let workers = Set(deployment.server.workers)
        deployment.server.process.signal(SIGUSR2)
        var new: pid_t?
        _ = eventually {
            new = deployment.server.workers.first { !workers.contains($0) }
            return new != nil
        }
        let pid = try #require(new)
        deployment.server.process.signal(SIGTERM)
        #expect(try deployment.server.process.ending().status == 0)
        #expect(eventually { ParleyServer.hasEnded(pid) })
    }

    @Test("arguments that are secrets reach the new binary, and are not to be seen")
    func secrets() throws {
        let deployment = try Deployment(["--auth-token", "tea-secret"])
        let new = try deployment.upgrade()
        #expect(try deployment.server.call("GET", "/status?token=tea-secret").status == 200)
        #expect(try deployment.server.call("GET", "/status?token=other").status == 401)
        let words = try String(contentsOfFile: "/proc/\(new)/cmdline", encoding: .utf8)
        #expect(!words.contains("tea-secret"), "\(words)")
        let environment = try String(contentsOfFile: "/proc/\(new)/environ", encoding: .utf8)
        #expect(environment.contains("PARLEY_HANDOVER=\(new) "))
        #expect(deployment.end(new))
    }
}
