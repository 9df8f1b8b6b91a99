import EndToEndSupport
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@Suite("A worker that was stopped in a turn comes too late with it", .ownThread)
struct LateWriterTests {
    private static let archive = Fixtures.path("counter.tar.gz")

    /// Lets the first run of `action_check` wait until the test has done what it wants.
    private final class Gate: Sendable {
        private let state = Mutex(false)
        private let opened = DispatchSemaphore(value: 0)

        var hasBegun: Bool { state.withLock { $0 } }

        func open() { opened.signal() }

        func pass() {
            let isFirst = state.withLock { hasBegun in
                defer { hasBegun = true }
                return !hasBegun
            }
            if isFirst { opened.wait() }
        }
    }

    /// A server with two workers whose action stands still at the gate.
    private struct Scene {
        let gate = Gate()
        let stub: HTTPStub
        let locks: RedisServer
        let store: TrackerDatabase
        let server: ParleyServer

        init(_ kind: TrackerDatabase.Kind, environment: [String: String] = [:]) throws {
            stub = try HTTPStub { [gate] request in
                if request.json["next_action"] == "action_check" { gate.pass() }
                return .status(200, #"{"events": []}"#)
            }
            locks = try RedisServer()
            store = try TrackerDatabase(kind)
            server = try ParleyServer(
                model: LateWriterTests.archive, workers: 2, stub: stub,
                endpoints:
                    "lock_store:\n\(locks.endpoint)\(store.section)action_endpoint:\n  url: \(stub.url)/webhook\n",
                environment: environment.merging(store.environment) { $1 })
        }
    }

    @Test("its save is refused, and nothing is lost or doubled", arguments: TrackerDatabase.Kind.installed)
    func lateWriter(kind: TrackerDatabase.Kind) throws {
        let scene = try Scene(kind, environment: ["TICKET_LOCK_LIFETIME": "2"])
        defer { scene.gate.open() }
        let (gate, server) = (scene.gate, scene.server)
        // One connection is one worker's, so that only this one has talked to the action server.
        let late = try HTTPConnection(port: server.port)
        try late.request("POST", "/webhooks/rest/webhook", #"{"sender": "ann", "message": "hello"}"#)
        #expect(try late.response().status == 200)
        try late.request("POST", "/webhooks/rest/webhook", #"{"sender": "ann", "message": "check"}"#)
        #expect(eventually { gate.hasBegun })
        let stopped = try #require(server.workers.first { Self.isConnected($0, to: scene.stub.port) })
        kill(stopped, SIGSTOP)
        defer { kill(stopped, SIGCONT) }
        let other = try server.say("hello", as: "ann")
        #expect(other.status == 200)
        gate.open()
        kill(stopped, SIGCONT)
        #expect(try late.response().status == 503)
        #expect(try server.say("/ring", as: "ann").status == 200)
        let texts = try server.events(of: "ann").filter { $0["event"] == "user" }.map { $0["text"]?.string }
        #expect(texts == ["hello", "hello", "/ring"])
    }

    @Test(
        "who believes to have the lock finds in the store itself that another one wrote",
        arguments: TrackerDatabase.Kind.installed)
    func lostLock(kind: TrackerDatabase.Kind) throws {
        let scene = try Scene(kind)
        defer { scene.gate.open() }
        let (gate, server) = (scene.gate, scene.server)
        #expect(try server.say("hello", as: "ann").status == 200)
        let late = try HTTPConnection(port: server.port)
        try late.request("POST", "/webhooks/rest/webhook", #"{"sender": "ann", "message": "check"}"#)
        #expect(eventually { gate.hasBegun })
        // A lock store that was started anew knows nothing of the turn that runs.
        _ = try scene.locks.command("FLUSHALL")
        #expect(try server.say("/ring", as: "ann").status == 200)
        gate.open()
        // The turn runs once more after what came between; a store that keeps fences refuses it altogether.
        let status = try late.response().status
        #expect(status == 200 || status == 503)
        let texts = try server.events(of: "ann").filter { $0["event"] == "user" }.map { $0["text"]?.string }
        #expect(texts == ["hello", "/ring"] + (status == 200 ? ["check"] : []))
    }

    /// Whether a process has a connection to a port of this machine.
    private static func isConnected(_ process: pid_t, to port: Int) -> Bool {
        let mark = String(port, radix: 16, uppercase: true)
        // The table comes in pieces, which a reading of a whole file takes for its end.
        let file = FileHandle(forReadingAtPath: "/proc/\(process)/net/tcp")
        let table = String(decoding: file?.readDataToEndOfFile() ?? Data(), as: UTF8.self)
        let inodes = table.split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[2].hasSuffix(":" + String(repeating: "0", count: 4 - mark.count) + mark)
            else { return nil }
            return "socket:[\(fields[9])]"
        }
        let directory = "/proc/\(process)/fd"
        let links = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return links.contains { link in
            var target = [CChar](repeating: 0, count: 64)
            let count = readlink("\(directory)/\(link)", &target, target.count)
            let name = target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
            return inodes.contains(String(decoding: name, as: UTF8.self))
        }
    }
}
