import EndToEndSupport
import Foundation
import TestSupport
import Testing

/// Clients that others wrote, as they are. `RASA_PYTHON` names a Python with Rasa 3.6, `SOCKETIO_PYTHON` one with
/// python-socketio 5 and aiohttp 3.11 or later (`pip install python-socketio aiohttp`).
@Suite("Unmodified clients work", .ownThread)
struct UnmodifiedClientTests {
    private static let rasaPython = ProcessInfo.processInfo.environment["RASA_PYTHON"]
    private static let socketIOPython = ProcessInfo.processInfo.environment["SOCKETIO_PYTHON"]

    /// Runs a client to its end.
    private func run(_ python: String?, _ client: String, _ arguments: [String]) throws -> [String] {
        let process = try RunningProcess(
            python ?? "", ["-B", "-W", "ignore", Fixtures.path("clients/\(client).py")] + arguments,
            environment: ["TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"])
        let ending = try process.ending(within: 180)
        #expect(ending.status == 0, "\(ending.lines.joined(separator: "\n"))")
        return ending.lines
    }

    private func url(_ server: ParleyServer) -> String { "http://127.0.0.1:\(server.port)" }

    @Test(
        "python-socketio over two workers: every request may reach another worker than the one before",
        .enabled(if: socketIOPython != nil, "SOCKETIO_PYTHON names no Python with python-socketio"),
        arguments: ["websocket", "polling", "upgrade"])
    func socketIO(transport: String) throws {
        let server = try ParleyServer(
            workers: 2, redis: try RedisServer(), credentials: "socketio:\n  session_persistence: true\n")
        #expect(try run(Self.socketIOPython, "socketio_client", [url(server), transport]).last == "done")
    }

    @Test(
        "python-socketio with 'jwt_key': only who shows a token that is signed with it is let in",
        .enabled(if: socketIOPython != nil, "SOCKETIO_PYTHON names no Python with python-socketio"),
        arguments: ["websocket", "polling"])
    func socketIOTokens(transport: String) throws {
        // HS256 over {"user": "jo"} with two secrets.
        let right = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoiam8ifQ.GPRSU6HL3FwSJXg0MULOIzO7HetN4muA4h9DrAOJk50"
        let wrong = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoiam8ifQ.B-bc_A2RoP-dy7xZmhxJXZGzV52Mv4Qm8ByZbUHSpa8"
        let server = try ParleyServer(
            credentials:
                "socketio:\n  session_persistence: true\n  jwt_key: a-secret-of-sufficient-length-for-sha-256\n")
        #expect(try run(Self.socketIOPython, "socketio_client", [url(server), transport, wrong, right]).last == "done")
    }

    @Test(
        "Rasa's console client, streaming or not",
        .enabled(if: rasaPython != nil, "RASA_PYTHON names no Python with Rasa 3.6"), arguments: [["--block"], []])
    func console(flags: [String]) throws {
        let server = try ParleyServer(["--enable-api", "--auth-token", "sesame"])
        let lines = try run(Self.rasaPython, "console_client", [url(server), "sesame"] + flags)
        #expect(lines.last == "3 messages")
        #expect(lines.contains { $0.contains("One green tea for you.") || $0.contains("A cup of green tea") })
    }

    @Test(
        "Rasa's client for a server that understands",
        .enabled(if: rasaPython != nil, "RASA_PYTHON names no Python with Rasa 3.6"))
    func interpreter() throws {
        let server = try ParleyServer()
        #expect(try run(Self.rasaPython, "remote_interpreter", [url(server)]).last == "done")
    }

    @Test(
        "Rasa's interactive learning, over two workers",
        .enabled(if: rasaPython != nil, "RASA_PYTHON names no Python with Rasa 3.6"))
    func interactiveLearning() throws {
        let server = try ParleyServer(
            ["--enable-api", "--auth-token", "sesame"], workers: 2, redis: try RedisServer())
        #expect(
            try run(Self.rasaPython, "interactive_learning", [url(server), "sesame"]).last?.hasSuffix("done") == true)
    }
}
