import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("Supervisor and workers", .ownThread)
struct ProcessTests {
    private func threads(of pid: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").count
    }

    private func isAlive(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !stat.contains(") Z ")
    }

    @Test("the supervisor has one thread after serving traffic, and TERM ends all with status 0")
    func oneThread() throws {
        let server = try ParleyServer(workers: 2, redis: RedisServer())
        for number in 0..<50 { #expect(try server.say("hello", as: "guest-\(number)").status == 200) }
        #expect(try threads(of: server.process.pid) == 1)
        let workers = server.workers
        #expect(workers.count == 2)
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
        #expect(workers.allSatisfy { !isAlive($0) })
    }

    @Test("a worker that was killed is replaced, and the server goes on")
    func replaced() throws {
        let server = try ParleyServer(workers: 2, redis: RedisServer())
        let before = server.workers
        kill(before[0], SIGKILL)
        #expect(eventually { server.workers.count == 2 && !server.workers.contains(before[0]) })
        #expect(try server.say("hello", as: "guest").status == 200)
    }

    @Test("workers end when the supervisor dies")
    func orphans() throws {
        let server = try ParleyServer(workers: 2, redis: RedisServer())
        let workers = server.workers
        server.process.signal(SIGKILL)
        #expect(eventually { workers.allSatisfy { !isAlive($0) } })
    }

    @Test("a request in flight is answered before TERM ends the worker")
    func graceful() throws {
        let server = try ParleyServer()
        let connection = try HTTPConnection(port: server.port)
        let body = #"{"sender": "late", "message": "hello"}"#
        try connection.send(
            "POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
        try connection.send(String(body.prefix(10)))
        #expect(try server.call("GET", "/").status == 200)
        server.process.signal(SIGTERM)
        try connection.send(String(body.dropFirst(10)))
        #expect(try connection.response().status == 200)
        #expect(try server.process.ending().status == 0)
    }

    @Test("in-memory locks allow one worker only, which is said")
    func oneWorker() throws {
        let server = try ParleyServer(workers: 3)
        #expect(server.workers.count == 1)
        #expect(server.process.lines.contains { $0.lowercased().contains("warning") })
    }

    @Test("--version names Parley, the commit, the backends of the build and the version of Rasa it is compatible with")
    func version() throws {
        let ending = try RunningProcess(ParleyServer.binary, ["--version"]).ending()
        #expect(ending.status == 0)
        let text = ending.lines.joined()
        #expect(text.contains(/commit (unknown|[0-9a-f]{12}),/), "\(text)")
        #expect(text.contains("compatible with Rasa 3.6"))
        #if PostgreSQL
            #expect(text.contains("PostgreSQL"))
        #endif
    }
}
