import Foundation
import JSON
import TestSupport
import Testing

import class TestSupport.RedisServer

/// The `rasa` program of the environment, for tests that compare with it.
private let rasa: URL? = ProcessInfo.processInfo.environment["RASA_PYTHON"]
    .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("rasa") }
    .flatMap { FileManager.default.isExecutableFile(atPath: $0.path) ? $0 : nil }

@Suite(
    "Rasa and Parley serve the same conversations",
    .enabled(if: rasa != nil, "needs RASA_PYTHON, a Python that has rasa"))
struct MixedFleetTests {
    /// One `rasa run` on a spare port.
    private static func start(_ rasa: URL, _ directory: URL) throws -> (process: RunningProcess, port: Int) {
        let port = try Loopback.sparePort()
        let process = try RunningProcess(
            rasa,
            [
                "run", "--enable-api", "-m", ParleyServer.demo, "-p", "\(port)", "-i", "127.0.0.1", "--endpoints",
                directory.appendingPathComponent("endpoints.yml").path, "--credentials",
                directory.appendingPathComponent("credentials.yml").path,
            ], environment: ["RASA_TELEMETRY_ENABLED": "false"], directory: directory)
        return (process, port)
    }

    private static func say(_ number: Int, _ sender: String, _ port: Int) throws -> HTTPResponse {
        let body: JSON = ["sender": .string(sender), "message": "/greet", "metadata": ["number": .int(number)]]
        let connection = try HTTPConnection(port: port)
        try connection.request("POST", "/webhooks/rest/webhook", body.text())
        return try connection.answer()
    }

    @Test("500 messages of 50 senders to 2 Rasa and 2 Parley processes: none of Parley's turns is lost or interleaved")
    func mixed() throws {
        guard let rasa else { return }
        let redis = try TestSupport.RedisServer()
        let directory = try ParleyServer.temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let section = "  type: redis\n  url: 127.0.0.1\n  port: \(redis.port)\n"
        let endpoints = "lock_store:\n\(section)tracker_store:\n\(section)"
        try Data(endpoints.utf8).write(to: directory.appendingPathComponent("endpoints.yml"))
        try Data("rest:\n".utf8).write(to: directory.appendingPathComponent("credentials.yml"))
        let others = try (0..<2).map { _ in try Self.start(rasa, directory) }
        defer { for other in others { other.process.signal(SIGKILL) } }
        let server = try ParleyServer(workers: 2, endpoints: endpoints)
        for other in others {
            _ = try other.process.awaitLine(seconds: 900) { $0.contains("is up and running") ? true : nil }
        }
        let ports = [server.port, others[0].port, server.port, others[1].port]
        // Ten messages of each sender, the next after the answer, each to another server than the one before.
        let outcome = Outcome()
        DispatchQueue.concurrentPerform(iterations: 10) { lane in
            for sender in stride(from: lane, to: 50, by: 10) {
                for number in 0..<10 {
                    let port = ports[(sender + number) % 4]
                    let answer = try? Self.say(number, "mixed-\(sender)", port)
                    let isAnswered = answer?.status == 200 && answer?.json?.array?.isEmpty == false
                    outcome.note(sender, number, isAnswered, byParley: port == server.port, answer?.text ?? "nothing")
                }
            }
        }
        let answered = outcome.answered
        var stored = 0
        for sender in 0..<50 {
            let numbers = StoredTurns.numbers(try server.events(of: "mixed-\(sender)"))
            stored += numbers.count
            #expect(Set(numbers).count == numbers.count)
            #expect(Set(numbers).isSuperset(of: answered[sender] ?? []), "sender \(sender)")
            #expect(numbers == numbers.sorted())
        }
        print("answered \(answered.values.map(\.count).reduce(0, +)) of 500, stored \(stored)")
        #expect(outcome.refusedByParley.isEmpty, "\(outcome.refusedByParley)")
        #expect(stored == 500)
        try burst(server, ports)
    }

    /// Messages of one sender to all servers at once. Rasa reads, changes and writes tickets and conversations without
    /// a comparison, so its own turns, and what it writes over, may be lost; no turn of Parley's is refused, and none
    /// is stored twice.
    private func burst(_ server: ParleyServer, _ ports: [Int]) throws {
        let outcome = Outcome()
        for sender in 0..<10 {
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                let port = ports[number % 4]
                let answer = try? Self.say(number, "burst-\(sender)", port)
                let isAnswered = answer?.status == 200 && answer?.json?.array?.isEmpty == false
                outcome.note(sender, number, isAnswered, byParley: port == server.port, answer?.text ?? "nothing")
            }
        }
        var lost = 0
        for sender in 0..<10 {
            let users = try server.events(of: "burst-\(sender)").filter { $0["event"]?.string == "user" }
            let numbers = users.compactMap { $0["metadata"]?["number"]?.int }
            #expect(Set(numbers).count == numbers.count)
            lost += (outcome.answeredByParley[sender] ?? []).subtracting(numbers).count
        }
        let answered = outcome.answered.values.map(\.count).reduce(0, +)
        print(
            "bursts: \(answered) of 80 answered, \(outcome.refusedByParley.count) refused by Parley,"
                + " \(lost) of its turns written over by Rasa")
        #expect(outcome.refusedByParley.isEmpty, "\(outcome.refusedByParley)")
    }
}

/// What became of the messages, from several threads.
private final class Outcome: @unchecked Sendable {
    // @unchecked: every access holds the lock.
    private let lock = NSLock()
    private var all: [Int: Set<Int>] = [:]
    private var parleys: [Int: Set<Int>] = [:]
    private var refused: [String] = []

    func note(_ sender: Int, _ number: Int, _ isAnswered: Bool, byParley: Bool, _ text: String) {
        lock.withLock {
            if isAnswered {
                all[sender, default: []].insert(number)
                if byParley { parleys[sender, default: []].insert(number) }
            } else if byParley {
                refused.append("\(sender)/\(number): \(text)")
            }
        }
    }

    var answered: [Int: Set<Int>] { lock.withLock { all } }
    var answeredByParley: [Int: Set<Int>] { lock.withLock { parleys } }
    var refusedByParley: [String] { lock.withLock { refused } }
}
