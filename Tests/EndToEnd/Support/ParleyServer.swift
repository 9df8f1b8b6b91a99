import Foundation
import JSON

/// The built binary, running on a spare port in a directory of its own.
final class ParleyServer: Sendable {
    let process: RunningProcess
    let port: Int
    let directory: URL
    /// Lives as long as the server that uses it.
    private let redis: RedisServer?
    /// The same for a server in this process.
    private let stub: StubServer?

    /// The binary that was built together with these tests.
    static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("parley")

    /// The root of the checkout.
    static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The demo assistant.
    static let demo = checkout.appendingPathComponent("deploy/demo/tea-house.tar.gz").path

    /// Starts `parley run` and waits until it says where it listens and that it is ready.
    init(
        _ arguments: [String] = ["--enable-api"], model: String = ParleyServer.demo, workers: Int = 1,
        redis: RedisServer? = nil, stub: StubServer? = nil, endpoints more: String = "",
        credentials: String = "rest:\n", environment: [String: String] = [:]
    ) throws {
        directory = try Self.temporaryDirectory()
        self.redis = redis
        self.stub = stub
        let endpoints = redis.map { "lock_store:\n\($0.endpoint)tracker_store:\n\($0.endpoint)" } ?? ""
        try Data((endpoints + more).utf8).write(to: directory.appendingPathComponent("endpoints.yml"))
        try Data(credentials.utf8).write(to: directory.appendingPathComponent("credentials.yml"))
        process = try RunningProcess(
            Self.binary, ["run", "-m", model, "-p", "0", "-i", "127.0.0.1"] + arguments,
            environment: ["SANIC_WORKERS": String(workers)].merging(environment) { $1 }, directory: directory)
        port = try process.awaitLine { line in
            line.contains("ready") ? line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) } : nil
        }
    }

    deinit {
        process.signal(SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }

    static func temporaryDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "parley-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }

    /// The pids of the supervisor's living children, oldest first.
    var workers: [pid_t] {
        let path = "/proc/\(process.pid)/task/\(process.pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// A worker's share of the memory that the server's processes have written, in bytes. What is mapped from files is
    /// left out: its share depends on how many other servers run on the machine.
    func memory(of worker: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(worker)/smaps_rollup", encoding: .utf8)
        let shares = text.matches(of: /\nPss_(Anon|Shmem): +(\d+) kB/).compactMap { Int($0.2) }
        guard shares.count == 2 else { throw EndToEndError("no memory of worker \(worker): \(text)") }
        return shares.reduce(0, +) << 10
    }

    /// One request on a connection of its own.
    func call(_ method: String, _ path: String, _ body: String = "", headers: [String] = []) throws -> HTTPResponse {
        let connection = try HTTPConnection(port: port)
        try connection.request(method, path, body, headers: headers)
        return try connection.answer()
    }

    /// Sends a message to the REST channel.
    func say(_ message: String, as sender: String, metadata: JSON? = nil) throws -> HTTPResponse {
        var body: JSONObject = ["sender": .string(sender), "message": .string(message)]
        body["metadata"] = metadata
        return try call("POST", "/webhooks/rest/webhook", JSON.object(body).text())
    }

    /// All events of a conversation. A store that is too slow for a moment, as on a loaded machine, is asked again.
    func events(of sender: String) throws -> [JSON] {
        var answer = try call("GET", "/conversations/\(sender)/tracker?include_events=ALL")
        _ = try eventually {
            guard answer.status == 503 else { return true }
            answer = try call("GET", "/conversations/\(sender)/tracker?include_events=ALL")
            return answer.status != 503
        }
        guard let events = answer.json?["events"]?.array else {
            throw EndToEndError("no events: \(answer.status) \(answer.text)")
        }
        return events
    }
}
