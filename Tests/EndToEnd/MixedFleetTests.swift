import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

/// The `rasa` program of the environment, for tests that compare with it.
private let rasa: String? = ProcessInfo.processInfo.environment["RASA_PYTHON"]
    .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("rasa").path }
    .flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }

@Suite(
    "Rasa and Parley serve the same conversations", .ownThread,
    .enabled(if: rasa != nil, "needs RASA_PYTHON, a Python that has rasa"))
struct MixedFleetTests {
    /// One `rasa run` on a spare port.
    private static func start(_ rasa: String, _ directory: TemporaryDirectory) throws -> (
        process: RunningProcess, port: Int
    ) {
        let port = try Loopback.sparePort()
        let process = try RunningProcess(
            rasa,
            [
                "run", "--enable-api", "-m", ParleyServer.demo, "-p", "\(port)", "-i", "127.0.0.1", "--endpoints",
                "\(directory.path)/endpoints.yml", "--credentials", "\(directory.path)/credentials.yml",
            ], environment: ["RASA_TELEMETRY_ENABLED": "false"], directory: directory.path)
        return (process, port)
    }

    private static func say(_ number: Int, _ sender: String, _ port: Int) throws -> HTTPResponse {
        let body: JSON = ["sender": .string(sender), "message": "/greet", "metadata": ["number": .int(number)]]
        let connection = try HTTPConnection(port: port)
        try connection.request("POST", "/webhooks/rest/webhook", body.text())
        return try connection.response()
    }

    @Test(
        "500 messages of 50 senders to 2 Rasa and 2 Parley processes: none of Parley's turns is lost or interleaved",
        arguments: ["Redis", "PostgreSQL"])
    func mixed(store: String) throws {
        guard let rasa, store == "Redis" || PostgreSQLServer.isInstalled else { return }
        let redis = try TestSupport.RedisServer()
        let database = store == "Redis" ? nil : try PostgreSQLServer()
        let directory = try TemporaryDirectory()
        let section = "  type: redis\n  url: 127.0.0.1\n  port: \(redis.port)\n"
        let tracker =
            database.map {
                "  type: SQL\n  dialect: postgresql\n  url: 127.0.0.1\n  port: \($0.port)\n"
                    + "  db: rasa\n  username: parley\n  password: secret\n"
            } ?? section
        let endpoints = "lock_store:\n\(section)tracker_store:\n\(tracker)"
        try directory.write(endpoints, as: "endpoints.yml")
        try directory.write("rest:\n", as: "credentials.yml")
        let others = try (0..<2).map { _ in try Self.start(rasa, directory) }
        defer { for other in others { other.process.signal(SIGKILL) } }
        let server = try ParleyServer(workers: 2, endpoints: endpoints)
        for other in others {
            _ = try other.process.awaitLine(seconds: 900) { $0.contains("is up and running") ? true : nil }
        }
        let ports = [server.port, others[0].port, server.port, others[1].port]
        // Ten messages of each sender, the next after the response, each to another server than the one before.
        let outcome = Outcome()
        DispatchQueue.concurrentPerform(iterations: 10) { lane in
            for sender in stride(from: lane, to: 50, by: 10) {
                for number in 0..<10 {
                    let port = ports[(sender + number) % 4]
                    let response = try? Self.say(number, "mixed-\(sender)", port)
                    let isResponded = response?.status == 200 && response?.json?.array?.isEmpty == false
                    outcome.note(
                        sender, number, isResponded, byParley: port == server.port, response?.text ?? "nothing")
                }
            }
        }
        let responded = outcome.responded
        var stored = 0
        for sender in 0..<50 {
            let numbers = StoredTurns.numbers(try server.events(of: "mixed-\(sender)"))
            stored += numbers.count
            #expect(Set(numbers).count == numbers.count)
            #expect(Set(numbers).isSuperset(of: responded[sender] ?? []), "sender \(sender)")
            #expect(numbers == numbers.sorted())
        }
        print("answered \(responded.values.map(\.count).reduce(0, +)) of 500, stored \(stored)")
        #expect(outcome.refusedByParley.isEmpty, "\(outcome.refusedByParley)")
        // Rasa itself may refuse a message, whose ticket waited too long; what got a response is stored.
        #expect(stored >= responded.values.map(\.count).reduce(0, +))
        print("\(store): \(stored) turns")
        try burst(server, ports)
        withExtendedLifetime(database) {}
    }

    /// Messages of one sender to all servers at once. Rasa reads, changes and writes tickets and conversations without
    /// a comparison, so its own turns, and what it writes over, may be lost; no turn of Parley's is refused, and none
    /// is stored twice.
    private func burst(_ server: ParleyServer, _ ports: [Int]) throws {
        let outcome = Outcome()
        for sender in 0..<10 {
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                let port = ports[number % 4]
                let response = try? Self.say(number, "burst-\(sender)", port)
                let isResponded = response?.status == 200 && response?.json?.array?.isEmpty == false
                outcome.note(sender, number, isResponded, byParley: port == server.port, response?.text ?? "nothing")
            }
        }
        var lost = 0
        for sender in 0..<10 {
            let users = try server.events(of: "burst-\(sender)").filter { $0["event"]?.string == "user" }
            let numbers = users.compactMap { $0["metadata"]?["number"]?.int }
            #expect(Set(numbers).count == numbers.count)
            lost += (outcome.respondedByParley[sender] ?? []).subtracting(numbers).count
        }
        let responded = outcome.responded.values.map(\.count).reduce(0, +)
        print(
            "bursts: \(responded) of 80 answered, \(outcome.refusedByParley.count) refused by Parley,"
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

    func note(_ sender: Int, _ number: Int, _ isResponded: Bool, byParley: Bool, _ text: String) {
        lock.withLock {
            if isResponded {
                all[sender, default: []].insert(number)
                if byParley { parleys[sender, default: []].insert(number) }
            } else if byParley {
                refused.append("\(sender)/\(number): \(text)")
            }
        }
    }

    var responded: [Int: Set<Int>] { lock.withLock { all } }
    var respondedByParley: [Int: Set<Int>] { lock.withLock { parleys } }
    var refusedByParley: [String] { lock.withLock { refused } }
}
