import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("HUP brings a new generation of workers", .ownThread)
struct ReloadTests {
    private func write(_ text: String, _ name: String, of server: ParleyServer) throws {
        try server.directory.write(text, as: name)
    }

    @Test("under load on connections that are kept, no request is lost, and turns stay in their order")
    func load() throws {
        let server = try ParleyServer(workers: 2, redis: try RedisServer(), ignoresHangUp: true)
        #expect(
            Set(server.workers.map { ParleyServer.title(of: $0) }) == [
                "parley: worker 0, generation 1", "parley: worker 1, generation 1",
            ])
        let load = try Load(server, conversations: 16)
        for generation in 2...4 {
            try load.awaitResponses(2)
            server.process.signal(SIGHUP)
            try load.awaitResponses(2)
            try server.awaitGeneration(generation, workers: 2)
        }
        try load.awaitResponses(2)
        let report = try load.stop()
        #expect(report.talks.values.filter { !$0.refused.isEmpty }.isEmpty)
        try report.check(server)
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
    }

    @Test("an idle connection outlives its generation, and its next response is the last")
    func keepAlive() throws {
        let server = try ParleyServer(ignoresHangUp: true)
        let old = server.workers
        let idle = try HTTPConnection(port: server.port)
        try idle.request("GET", "/")
        #expect(try idle.response().headers["connection"] == nil)
        server.process.signal(SIGHUP)
        try server.awaitEvent("A new generation of workers serves")
        // New connections are the new generation's, once the old worker has learned that it retires.
        #expect(eventually { (try? server.call("GET", "/")).map { $0.headers["connection"] == nil } ?? false })
        // The old worker has been told to retire, and may have to learn of it still.
        var response = HTTPResponse?.none
        while response?.headers["connection"] != "close" {
            try idle.request("GET", "/")
            response = try idle.response()
            #expect(response?.status == 200)
        }
        #expect(throws: HTTPConnection.Ended.self) { try idle.response() }
        // Nothing else keeps it, so that it does not wait for the retire timeout.
        #expect(eventually { Set(server.workers).isDisjoint(with: old) })
    }

    @Test("credentials, model and number of workers are what the files and the start say")
    func readAgain() throws {
        let models = try TemporaryDirectory()
        let counter = URL(fileURLWithPath: "\(Fixtures.checkout)/Tests/EndToEnd/Fixtures/counter.tar.gz")
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: ParleyServer.demo), to: models.url.appendingPathComponent("a.tar.gz"))
        let server = try ParleyServer(
            model: models.path, workers: 2, redis: try RedisServer(), ignoresHangUp: true)
        #expect(try server.say("hello", as: "guest").text.contains("tea house"))
        #expect(try server.call("GET", "/webhooks/socketio").status == 404)
        server.process.signal(SIGTTIN)
        try server.awaitGeneration(1, workers: 3)
        try write("rest:\nsocketio:\n", "credentials.yml", of: server)
        try FileManager.default.copyItem(at: counter, to: models.url.appendingPathComponent("b.tar.gz"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)],
            ofItemAtPath: models.url.appendingPathComponent("b.tar.gz").path)
        server.process.signal(SIGHUP)
        try server.awaitGeneration(2, workers: 2)
        #expect(try server.say("hello", as: "other").text.contains("counter"))
        #expect(try server.call("GET", "/webhooks/socketio").status == 200)
        // One that is replaced gets what its generation read.
        try write("rest:\n", "credentials.yml", of: server)
        for worker in server.workers { kill(worker, SIGKILL) }
        try server.awaitEvent("A new worker serves", count: 3)
        #expect(try server.call("GET", "/webhooks/socketio").status == 200)
    }

    @Test(
        "what cannot be used keeps the old generation, and the log says why",
        arguments: [
            ("lock_store: [\n", "endpoints.yml"),
            ("lock_store:\n  type: redis\n  url: 127.0.0.1\n  port: 1\n", "lock_store"),
            ("lock_store:\n  type: redis\n  password: ${PARLEY_TEST_UNSET}\n", "PARLEY_TEST_UNSET"),
        ])
    func faults(endpoints: String, word: String) throws {
        let redis = try RedisServer()
        let server = try ParleyServer(workers: 2, redis: redis, ignoresHangUp: true)
        let file = server.directory.url.appendingPathComponent("endpoints.yml")
        let (before, workers) = (try Data(contentsOf: file), server.workers)
        try write(endpoints, "endpoints.yml", of: server)
        server.process.signal(SIGHUP)
        try server.awaitEvent("The configuration that was read again is not used")
        let line = server.process.lines.first { $0.contains("The configuration that was read again is not used") } ?? ""
        #expect(line.contains(word), "\(line)")
        #expect(eventually { server.workers == workers })
        #expect(try server.say("hello", as: "guest").status == 200)
        // Also one that is replaced does not read what is at fault.
        kill(workers[0], SIGKILL)
        try server.awaitEvent("A new worker serves")
        #expect(try server.say("hello", as: "guest").status == 200)
        try before.write(to: file)
        server.process.signal(SIGHUP)
        try server.awaitGeneration(2, workers: 2)
        #expect(try server.say("hello", as: "guest").status == 200)
    }

    @Test("without a model to load, the one in use stays")
    func modelIsGone() throws {
        let models = try TemporaryDirectory()
        let archive = models.url.appendingPathComponent("a.tar.gz")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: ParleyServer.demo), to: archive)
        let server = try ParleyServer(model: models.path, ignoresHangUp: true)
        try FileManager.default.removeItem(at: archive)
        server.process.signal(SIGHUP)
        try server.awaitEvent("The configuration that was read again is not used")
        #expect(try server.say("hello", as: "guest").text.contains("tea house"))
    }

    @Test("TTIN and TTOU add and remove workers, of which the last stays; WINCH has all retire until TTIN")
    func count() throws {
        let server = try ParleyServer(workers: 1, redis: try RedisServer(), ignoresHangUp: true)
        server.process.signal(SIGTTIN)
        try server.awaitEvent("A new worker serves")
        #expect(server.workers.count == 2)
        server.process.signal(SIGTTOU)
        #expect(eventually { server.workers.count == 1 })
        server.process.signal(SIGTTOU)
        try server.awaitEvent("the last one stays")
        server.process.signal(SIGWINCH)
        #expect(eventually { server.workers.isEmpty })
        let waiting = try HTTPConnection(port: server.port)
        try waiting.request("GET", "/")
        server.process.signal(SIGTTIN)
        #expect(try waiting.response().status == 200)
        #expect(server.workers.count == 1)
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
    }

    @Test("TTIN adds none where locks are in memory")
    func oneWorker() throws {
        let server = try ParleyServer(ignoresHangUp: true)
        server.process.signal(SIGTTIN)
        try server.awaitEvent("need a lock store that they share")
        #expect(server.workers.count == 1)
    }

    @Test("auto starts as many workers as there are processors")
    func automatic() throws {
        let server = try ParleyServer(
            redis: try RedisServer(), environment: ["SANIC_WORKERS": "auto"], ignoresHangUp: true)
        let count = server.workers.count
        #expect(count >= 1)
        #expect(!server.process.lines.contains { $0.contains("not a number of workers") })
        server.process.signal(SIGHUP)
        try server.awaitGeneration(2, workers: count)
    }

    @Test("USR1 has all processes write to a new log file after the old one was renamed")
    func logFile() throws {
        let server = try ParleyServer(["--enable-api", "--log-file", "parley.log"], ignoresHangUp: true)
        let file = server.directory.url.appendingPathComponent("parley.log")
        let renamed = server.directory.url.appendingPathComponent("parley.log.1")
        try FileManager.default.moveItem(at: file, to: renamed)
        server.process.signal(SIGUSR1)
        try server.awaitEvent("The log files are open again")
        let worker = try #require(server.workers.first)
        let isClosed = eventually {
            [worker, server.process.pid].allSatisfy { pid in
                let directory = "/proc/\(pid)/fd"
                let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
                let places = names.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
                }
                return places.contains { $0.hasSuffix("/parley.log") }
                    && !places.contains { $0.hasSuffix("/parley.log.1") }
            }
        }
        #expect(isClosed)
        let before = try String(contentsOf: renamed, encoding: .utf8)
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
        let after = try String(contentsOf: file, encoding: .utf8)
        // The supervisor's words and the worker's.
        #expect(after.contains("Stopping") && after.contains("worst"), "\(after)")
        #expect(try String(contentsOf: renamed, encoding: .utf8) == before)
    }

    @Test("the file of --pid-file names the supervisor until the end, and belongs to one server")
    func pidFile() throws {
        let server = try ParleyServer(["--enable-api", "--pid-file", "parley.pid"])
        let path = server.directory.url.appendingPathComponent("parley.pid").path
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(server.process.pid)\n")
        let other = try RunningProcess(
            ParleyServer.binary, ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1", "--pid-file", path]
        ).ending()
        #expect(other.status == 69)
        #expect(other.lines.contains { $0.contains("--pid-file") })
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
