import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Trainings over HTTP", .ownThread)
struct TrainingCountTests {
    /// A small assistant with so many examples that its training can be caught at work.
    private static let assistant = """
        recipe: default.v1
        assistant_id: counted
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
        \((0..<4000).map { "    - good morning number \($0)" }.joined(separator: "\n"))
        rules:
        - rule: greet
          steps:
          - intent: greet
          - action: utter_greet
        """

    /// The server's processes that are jobs.
    private func jobs(of server: ParleyServer) throws -> [pid_t] {
        let parent = server.process.pid
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { pid in
            guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
                status.firstMatch(of: /\nPPid:\t(\d+)/).flatMap({ pid_t($0.1) }) == parent
            else { return false }
            // Until a new process runs its own program, it is its parent's.
            let command = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return command.contains("--body=")
        }
    }

    private func activeTrainings(_ server: ParleyServer) throws -> Int? {
        try server.call("GET", "/status").json?["num_active_training_jobs"]?.int
    }

    @Test("every worker's status counts a training that one of them has begun, until it ends")
    func count() throws {
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let connection = try HTTPConnection(port: server.port)
        try connection.request(
            "POST", "/model/train?save_to_default_model_directory=false", Self.assistant,
            headers: ["Content-Type: application/x-yaml"])
        let deadline = Date(timeIntervalSinceNow: 120)
        var job: pid_t?
        while job == nil, Date() < deadline { job = try jobs(of: server).first }
        let training = try #require(job)
        kill(training, SIGSTOP)
        // New connections are spread over the workers: of so many, both take some.
        for _ in 0..<40 { #expect(try activeTrainings(server) == 1) }
        kill(training, SIGCONT)
        #expect(try connection.response().status == 200)
        for _ in 0..<40 { #expect(try activeTrainings(server) == 0) }
    }
}
