import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Trainings and tests that are asked for over HTTP are bounded, and end with those who asked", .ownThread)
struct JobTests {
    private static let path = "/model/train?save_to_default_model_directory=false&augmentation=0"

    /// A small assistant whose training takes long enough to be caught at work.
    private static func assistant(examples: Int = 4000, more: String = "") -> String {
        """
        recipe: default.v1
        assistant_id: jobs
        language: en
        pipeline:
        - name: WhitespaceTokenizer
        - name: CountVectorsFeaturizer
          analyzer: char_wb
          min_ngram: 1
          max_ngram: 4
        - name: KeywordIntentClassifier
        policies:
        - name: RulePolicy
        intents:
        - greet
        responses:
          utter_greet:
          - text: Hello.
        nlu:
        - intent: greet
          examples: |
        \((0..<examples).map { "    - good morning number \($0)" }.joined(separator: "\n"))
        rules:
        - rule: greet
          steps:
          - intent: greet
          - action: utter_greet
        \(more)
        """
    }

    private func asked(_ server: ParleyServer, _ query: String = "") throws -> HTTPConnection {
        let connection = try HTTPConnection(port: server.port)
        try connection.request(
            "POST", Self.path + query, Self.assistant(), headers: ["Content-Type: application/x-yaml"])
        return connection
    }

    @Test("two run, eight wait, and further ones get 503 with Retry-After, over all workers")
    func number() throws {
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let first = try asked(server)
        let stopped = try server.stoppedJob()
        let called = try (0..<20).map { _ in
            try server.call(
                "POST", Self.path + "&callback_url=http://127.0.0.1:1/", Self.assistant(),
                headers: ["Content-Type: application/x-yaml"])
        }
        // One of two places is taken; what has ended meanwhile has made room for others.
        #expect(called.prefix(9).allSatisfy { $0.status == 204 })
        #expect(server.jobs.count <= 2)
        for response in called where response.status != 204 {
            #expect(response.status == 503)
            #expect(Int(response.headers["retry-after"] ?? "") ?? 0 > 0)
        }
        kill(stopped, SIGCONT)
        #expect(try first.response().status == 200)
        #expect(eventually { server.jobs.isEmpty })
        #expect(try asked(server).response().status == 200)
    }

    @Test("one has nothing of its server's open, yields to others, and has a limit of memory")
    func surroundings() throws {
        let server = try ParleyServer(["--enable-api", "--max-job-memory", "300000000"])
        let idle = try HTTPConnection(port: server.port)
        let asked = try asked(server)
        let job = try server.stoppedJob()
        let files = try ParleyServer.openFiles(of: job)
        #expect(files[0] == "/dev/null")
        #expect(!files.values.contains { $0.hasPrefix("socket:") || $0.hasPrefix("pipe:") || $0.contains("memfd") })
        #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(job)) >= 10)
        let limits = try String(contentsOfFile: "/proc/\(job)/limits", encoding: .utf8)
        #expect(limits.firstMatch(of: #/Max data size +300000000 +/#) != nil)
        kill(job, SIGCONT)
        #expect(try asked.response().status == 200)
        withExtendedLifetime(idle) {}
    }

    @Test("one ends with its client")
    func client() throws {
        let server = try ParleyServer()
        var connection: HTTPConnection? = try asked(server)
        _ = try server.stoppedJob()
        withExtendedLifetime(connection) {}
        connection = nil
        #expect(eventually { server.jobs.isEmpty })
        #expect(
            try eventually { try server.call("GET", "/status").json?["num_active_training_jobs"] == 0 })
    }

    @Test("one ends with --response-timeout, also when its result goes elsewhere")
    func timeout() throws {
        let server = try ParleyServer(["--enable-api", "--response-timeout", "2"])
        let connection = try asked(server)
        _ = try server.stoppedJob()
        #expect(try connection.response().status == 503)
        #expect(eventually { server.jobs.isEmpty })
        let source = try HTTPStub { _ in .init(200) }
        #expect(try asked(server, "&callback_url=\(source.url)/").response().status == 204)
        _ = try server.stoppedJob()
        #expect(eventually { server.jobs.isEmpty })
        #expect(eventually { !source.requests.isEmpty })
    }

    @Test("one ends with its worker, whose clients are told at once", arguments: [SIGKILL, SIGABRT])
    func worker(signal: Int32) throws {
        let server = try ParleyServer(workers: 1, redis: try RedisServer())
        // The loader may not have been reaped yet.
        #expect(eventually { server.workers.count == 1 })
        let worker = try #require(server.workers.first)
        let waiting = try asked(server)
        let job = try server.stoppedJob()
        kill(worker, signal)
        #expect(throws: HTTPConnection.Ended.self) { try waiting.response() }
        #expect(eventually { !server.jobs.contains(job) })
        #expect(eventually { (try? server.call("GET", "/status").status) == 200 })
        // What it has left goes too.
        #expect(eventually { server.leftOfJobs.isEmpty })
    }

    @Test("one ends with the server, however that ends", arguments: [SIGTERM, SIGKILL])
    func server(signal: Int32) throws {
        let server = try ParleyServer(["--enable-api", "--grace-period", "1"])
        let waiting = try asked(server)
        let job = try server.stoppedJob()
        server.process.signal(signal)
        _ = try server.process.ending()
        #expect(
            try eventually {
                // Who takes it over may not have reaped it yet.
                (try? String(contentsOfFile: "/proc/\(job)/stat", encoding: .utf8))?.contains(") Z ") ?? true
            })
        withExtendedLifetime(waiting) {}
    }

    @Test("one that needs more memory than it may have ends with a clear error, and nobody else does")
    func memory() throws {
        let server = try ParleyServer(["--enable-api", "--max-job-memory", "70000000"])
        // Long words have as many parts as the square of their length.
        let hungry = Self.assistant(examples: 1).replacingOccurrences(of: "max_ngram: 4", with: "max_ngram: 100000")
            .replacingOccurrences(of: "number 0", with: String(repeating: "abcdefghij", count: 2000))
        let response = try server.call("POST", Self.path, hungry, headers: ["Content-Type: application/x-yaml"])
        #expect(response.status == 500)
        #expect(response.json?["message"]?.string?.contains("--max-job-memory") == true)
        #expect(response.json?["reason"] == "TrainingError")
        #expect(try server.say("hello", as: "ann").status == 200)
    }

    @Test("alternatives that multiply are refused with their place, at once")
    func alternatives() throws {
        let server = try ParleyServer()
        let stories =
            "stories:\n- story: s\n  steps:\n"
            + String(
                repeating: "  - or:\n    - intent: a\n    - intent: b\n    - intent: greet\n  - action: utter_greet\n",
                count: 20)
        let response = try server.call(
            "POST", Self.path, Self.assistant(examples: 1, more: stories), headers: ["Content-Type: application/x-yaml"]
        )
        #expect(response.status == 400)
        #expect(response.json?["message"]?.string?.contains("the request's body:") == true)
    }
}

extension ParleyServer {
    /// Directories of jobs that the server has not deleted.
    fileprivate var leftOfJobs: [String] {
        let directories = (try? Self.openFiles(of: process.pid).values.filter { $0.hasSuffix("supervisor.lock") }) ?? []
        return directories.flatMap { lock in
            let directory = URL(fileURLWithPath: lock).deletingLastPathComponent().path
            return ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
                $0.hasPrefix("job-")
            }
        }
    }
}
