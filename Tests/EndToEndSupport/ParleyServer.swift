package import Foundation
package import JSON
package import TestSupport

/// The built binary, running on a spare port in a directory of its own.
package final class ParleyServer: Sendable {
    package let process: RunningProcess
    package let port: Int
    package let directory: TemporaryDirectory
    /// Lives as long as the server that uses it.
    private let redis: RedisServer?
    /// The same for a server in this process.
    private let stub: HTTPStub?

    /// The binary that was built together with these tests.
    package static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("parley").path

    /// The demo assistant.
    package static let demo = "\(Fixtures.checkout)/deploy/demo/tea-house.tar.gz"

    /// Starts `parley run` and waits until it says where it listens and that it is ready.
    ///
    /// - Parameters:
    ///   - binary: The path by which it is started.
    ///   - ignoresHangUp: Starts it by `nohup`, so that HUP means the same on a terminal as elsewhere.
    ///   - launcher: Words of a program that becomes the server.
    package init(
        _ arguments: [String] = ["--enable-api"], model: String = ParleyServer.demo, workers: Int = 1,
        redis: RedisServer? = nil, stub: HTTPStub? = nil, endpoints more: String = "",
        credentials: String = "rest:\n", environment: [String: String] = [:], binary: String = ParleyServer.binary,
        ignoresHangUp: Bool = false, launcher: [String] = []
    ) throws {
        directory = try TemporaryDirectory()
        self.redis = redis
        self.stub = stub
        let endpoints = redis.map { "lock_store:\n\($0.endpoint)tracker_store:\n\($0.endpoint)" } ?? ""
        try directory.write(endpoints + more, as: "endpoints.yml")
        try directory.write(credentials, as: "credentials.yml")
        let words =
            (ignoresHangUp ? ["nohup"] : []) + launcher + [binary, "run", "-m", model, "-p", "0"]
            + ["-i", "127.0.0.1"] + arguments
        process = try RunningProcess(
            words[0], Array(words.dropFirst()),
            environment: ["SANIC_WORKERS": String(workers)].merging(environment) { $1 }, directory: directory.path)
        port = try process.awaitLine { line in
            line.contains("ready") ? line.firstMatch(of: /https?:\/\/127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) } : nil
        }
    }

    deinit {
        process.signal(SIGKILL)
    }

    /// The pids of the supervisor's children, oldest first.
    package var workers: [pid_t] { Self.children(of: process.pid) }

    /// A worker's share of the memory that the server's processes have written, in bytes. What is mapped from files is
    /// left out: its share depends on how many other servers run on the machine.
    package func memory(of worker: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(worker)/smaps_rollup", encoding: .utf8)
        let shares = text.matches(of: /\nPss_(Anon|Shmem): +(\d+) kB/).compactMap { Int($0.2) }
        guard shares.count == 2 else { throw TestFailure("no memory of worker \(worker): \(text)") }
        return shares.reduce(0, +) << 10
    }

    /// One request on a connection of its own.
    package func call(_ method: String, _ path: String, _ body: String = "", headers: [String] = []) throws
        -> HTTPResponse
    {
        let connection = try HTTPConnection(port: port)
        try connection.request(method, path, body, headers: headers)
        return try connection.response()
    }

    /// Sends a message to the REST channel.
    package func say(_ message: String, as sender: String, metadata: JSON? = nil) throws -> HTTPResponse {
        var body: JSONObject = ["sender": .string(sender), "message": .string(message)]
        body["metadata"] = metadata
        return try call("POST", "/webhooks/rest/webhook", JSON.object(body).text())
    }

    /// All events of a conversation. A store that is too slow for a moment, as on a loaded machine, is asked again.
    package func events(of sender: String) throws -> [JSON] {
        var response = try call("GET", "/conversations/\(sender)/tracker?include_events=ALL")
        _ = try eventually {
            guard response.status == 503 else { return true }
            response = try call("GET", "/conversations/\(sender)/tracker?include_events=ALL")
            return response.status != 503
        }
        guard let events = response.json?["events"]?.array else {
            throw TestFailure("no events: \(response.status) \(response.text)")
        }
        return events
    }
}
