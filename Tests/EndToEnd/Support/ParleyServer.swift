import Foundation
import JSON

/// The built binary, running on a spare port in a folder of its own.
final class ParleyServer: Sendable {
    let process: RunningProcess
    let port: Int
    let folder: URL
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
        folder = try Self.scratchFolder()
        self.redis = redis
        self.stub = stub
        let endpoints = redis.map { "lock_store:\n\($0.endpoint)tracker_store:\n\($0.endpoint)" } ?? ""
        try Data((endpoints + more).utf8).write(to: folder.appendingPathComponent("endpoints.yml"))
        try Data(credentials.utf8).write(to: folder.appendingPathComponent("credentials.yml"))
        process = try RunningProcess(
            Self.binary, ["run", "-m", model, "-p", "0", "-i", "127.0.0.1"] + arguments,
            environment: ["SANIC_WORKERS": String(workers)].merging(environment) { $1 }, folder: folder)
        port = try process.awaitLine { line in
            line.contains("ready") ? line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) } : nil
        }
    }

    deinit {
        process.signal(SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    static func scratchFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The pids of the supervisor's living children, oldest first.
    var workers: [pid_t] {
        let path = "/proc/\(process.pid)/task/\(process.pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// One request on a connection of its own.
    func call(_ method: String, _ path: String, _ body: String = "", headers: [String] = []) throws -> HTTPAnswer {
        let connection = try HTTPConnection(port: port)
        try connection.request(method, path, body, headers: headers)
        return try connection.answer()
    }

    /// Sends a message to the REST channel.
    func say(_ message: String, as sender: String, metadata: JSON? = nil) throws -> HTTPAnswer {
        var body: JSONObject = ["sender": .string(sender), "message": .string(message)]
        body["metadata"] = metadata
        return try call("POST", "/webhooks/rest/webhook", JSON.object(body).text())
    }

    /// All events of a conversation.
    func events(of sender: String) throws -> [JSON] {
        let answer = try call("GET", "/conversations/\(sender)/tracker?include_events=ALL")
        guard let events = answer.json?["events"]?.array else {
            throw EndToEndError("no events: \(answer.status) \(answer.text)")
        }
        return events
    }
}

/// A private Redis on a spare port.
final class RedisServer: Sendable {
    let process: RunningProcess
    let port: Int

    init() throws {
        let folder = try ParleyServer.scratchFolder()
        var started: (RunningProcess, Int)?
        // Another process may take the spare port before Redis does.
        for _ in 0..<10 where started == nil {
            let port = try Self.sparePort()
            let process = try RunningProcess(
                URL(fileURLWithPath: "/usr/bin/redis-server"),
                ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], folder: folder)
            let isReady = try? process.awaitLine { $0.contains("Ready to accept connections") ? true : nil }
            if isReady == true { started = (process, port) }
        }
        guard let started else { throw EndToEndError("redis-server does not start") }
        (process, port) = started
    }

    deinit { process.signal(SIGKILL) }

    /// The body of a store's section in endpoints.yml.
    var endpoint: String { "  type: redis\n  url: 127.0.0.1\n  port: \(port)\n" }

    /// The lines that `redis-cli` prints for a command.
    func command(_ arguments: String...) throws -> [String] {
        let client = try RunningProcess(
            URL(fileURLWithPath: "/usr/bin/redis-cli"), ["-p", String(port)] + arguments)
        return try client.ending().lines
    }

    static func sparePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw EndToEndError("no spare port: errno \(errno)") }
        return Int(address.sin_port.bigEndian)
    }
}
