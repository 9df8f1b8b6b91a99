import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Rasa and Parley take turns in the same conversations", .ownThread)
struct SharedStoreTests {
    private static let python = ProcessInfo.processInfo.environment["RASA_PYTHON"] ?? ""

    /// Those that Rasa has a client for.
    private static let kinds = TrackerDatabase.Kind.installed.filter { kind in
        kind != .mysql || python.isEmpty || hasModule("pymysql")
    }

    private static func hasModule(_ name: String) -> Bool {
        let process = try? RunningProcess(python, ["-c", "import \(name)"])
        return (try? process?.ending().status) == 0
    }

    /// Needs a Python with Rasa 3.6.21, named by the variable RASA_PYTHON; for MySQL with PyMySQL too, which Rasa does
    /// not bring along.
    @Test(
        "a hundred turns each, and each sees what the other wrote", .enabled(if: !python.isEmpty),
        arguments: kinds)
    func takeTurns(kind: TrackerDatabase.Kind) throws {
        let store = try TrackerDatabase(kind)
        let rasa = try RasaServer(python: Self.python, endpoints: store.section, environment: store.environment)
        defer { rasa.process.signal(SIGKILL) }
        let parley = try ParleyServer(endpoints: store.section, environment: store.environment)
        let senders = (0..<5).map { "\(kind)-\($0)" }
        var said: [String: [String]] = [:]
        for round in 0..<20 {
            for (number, sender) in senders.enumerated() {
                // Half of the conversations are begun by Rasa.
                let order = number % 2 == 0 ? [rasa.port, parley.port] : [parley.port, rasa.port]
                for (place, port) in order.enumerated() {
                    let text = ["hello", "wäs dö you häve 😀", "/goodbye", "round \(round)"][(round + place) % 4]
                    let response = try say(text, as: sender, port: port)
                    #expect(response.status == 200)
                    said[sender, default: []].append(text)
                }
            }
        }
        for sender in senders {
            let views = try [rasa.port, parley.port].map { port -> JSON in
                let connection = try HTTPConnection(port: port)
                try connection.request("GET", "/conversations/\(sender)/tracker?include_events=ALL")
                return try #require(try connection.response().json)
            }
            for view in views {
                let texts = (view["events"]?.array ?? []).filter { $0["event"] == "user" }.map { $0["text"]?.string }
                #expect(texts == said[sender])
            }
            for part in ["events", "slots", "latest_message"] {
                let seen = views.map { ($0[part] ?? nil).withOneKindOfNumber }
                #expect(seen[0] == seen[1], "\(part)")
            }
        }
    }

    private func say(_ text: String, as sender: String, port: Int) throws -> HTTPResponse {
        let connection = try HTTPConnection(port: port)
        let body = JSON.object(["sender": .string(sender), "message": .string(text)])
        try connection.request(
            "POST", "/webhooks/rest/webhook", body.text(), headers: ["Content-Type: application/json"])
        return try connection.response()
    }
}

extension JSON {
    /// Rasa reads whole numbers out of DynamoDB as floats.
    fileprivate var withOneKindOfNumber: JSON {
        switch self {
        case .int(let number): .double(Double(number))
        case .array(let values): .array(values.map(\.withOneKindOfNumber))
        case .object(let members): .object(members.mapValues(\.withOneKindOfNumber))
        default: self
        }
    }
}

/// A real Rasa server on the demo assistant.
private final class RasaServer {
    let process: RunningProcess
    let port: Int
    private let directory: TemporaryDirectory

    init(python: String, endpoints: String, environment: [String: String]) throws {
        directory = try TemporaryDirectory()
        port = try Loopback.sparePort()
        try directory.write(endpoints, as: "endpoints.yml")
        try directory.write("rest:\n", as: "credentials.yml")
        process = try RunningProcess(
            python,
            [
                "-m", "rasa", "run", "-m", ParleyServer.demo, "-p", String(port), "-i", "127.0.0.1", "--enable-api",
                "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
            ],
            environment: environment.merging([
                "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "NO_COLOR": "1",
            ]) { $1 }, directory: directory.path)
        do {
            _ = try process.awaitLine(seconds: 900) { $0.contains("server is up and running") ? true : nil }
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }
}
