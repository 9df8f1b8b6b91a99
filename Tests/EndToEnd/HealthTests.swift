import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Health says what a server can do", .ownThread)
struct HealthTests {
    private static func section(_ port: Int) -> String { "  type: redis\n  url: 127.0.0.1\n  port: \(port)\n" }

    private static func stores(_ port: Int) -> String {
        "lock_store:\n\(section(port))tracker_store:\n\(section(port))"
    }

    @Test("without a token and without the API")
    func open() throws {
        let server = try ParleyServer(["--auth-token", "secret"])
        let live = try server.call("GET", "/health/live")
        #expect(live.status == 200 && live.json?["live"]?.bool == true)
        let ready = try server.call("GET", "/health/ready")
        #expect(ready.status == 200)
        for part in ["ready", "model", "lock_store", "tracker_store"] { #expect(ready.json?[part]?.bool == true) }
        #expect(ready.json?["draining"]?.bool == false)
        let plain = try ParleyServer([])
        #expect(try plain.call("GET", "/health/ready").status == 200)
    }

    /// No times are measured: what hangs would hang for ever, since the proxy holds everything back.
    @Test("a host that is cut from Redis is live, not ready, refuses turns, and comes back by itself")
    func cut() throws {
        let redis = try RedisServer()
        let proxy = try TCPProxy(to: redis.port)
        let server = try ParleyServer(workers: 2, endpoints: Self.stores(proxy.port))
        #expect(try server.say("hello", as: "before").status == 200)
        // Both workers: each connection may be another's.
        func all(_ path: String, are status: Int) throws -> Bool {
            try (0..<20).allSatisfy { _ in try server.call("GET", path).status == status }
        }
        proxy.set(.holdAll)
        // A turn that is in flight, or begins before anybody knows.
        #expect(try server.say("hello", as: "during").status == 503)
        #expect(try eventually { try all("/health/ready", are: 503) })
        let health = try server.call("GET", "/health/ready").json
        #expect(health?["lock_store"]?.bool == false && health?["model"]?.bool == true)
        #expect(try all("/health/live", are: 200))
        #expect(try server.say("hello", as: "away").status == 503)
        proxy.set(.forward)
        #expect(try eventually { try all("/health/ready", are: 200) })
        #expect(try server.say("hello", as: "after").status == 200)
        #expect(try server.events(of: "away").contains { $0["text"]?.string == "hello" } == false)
    }

    @Test("a server that starts before Redis waits for it, and says so")
    func start() throws {
        let port = try Loopback.sparePort()
        let directory = try TemporaryDirectory()
        try directory.write(Self.stores(port), as: "endpoints.yml")
        let process = try RunningProcess(
            ParleyServer.binary,
            ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1", "--store-wait", "3600"],
            directory: directory.path)
        _ = try process.awaitLine { $0.contains("--store-wait") && $0.contains("lock_store") ? true : nil }
        let redis = try RunningProcess(
            server: ["/usr/bin/redis-server", "--port", String(port), "--save", "", "--bind", "127.0.0.1"],
            readyAt: ["Ready to accept connections"])
        _ = try process.awaitLine { $0.contains("Parley is ready") ? true : nil }
        withExtendedLifetime(redis) {}
        process.end(SIGTERM)
    }

    @Test("a server that waits for Redis ends when it is told to")
    func end() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.stores(try Loopback.sparePort()), as: "endpoints.yml")
        let process = try RunningProcess(
            ParleyServer.binary,
            ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1", "--store-wait", "3600"],
            directory: directory.path)
        _ = try process.awaitLine { $0.contains("--store-wait") ? true : nil }
        process.signal(SIGTERM)
        #expect(try process.ending().status == 0)
    }

    /// `parley health` with the temporary directory of its own server, so that others of the machine are not found.
    private func health(_ words: [String], _ temporary: TemporaryDirectory) throws -> RunningProcess.Ending {
        try RunningProcess(
            ParleyServer.binary, ["health"] + words, environment: ["TMPDIR": temporary.path]
        ).ending()
    }

    @Test("a pod without a model is not ready, and gets one at the management port, a UNIX socket here")
    func management() throws {
        let empty = try TemporaryDirectory()
        let socket = "\(empty.path)/management.sock"
        let server = try ParleyServer(
            ["--management-port", socket], model: empty.path, environment: ["TMPDIR": empty.path])
        let before = try health(["--ready"], empty)
        #expect(before.status == 1)
        #expect(
            before.lines.count == 1 && before.lines[0].contains("503") && before.lines[0].contains("\"model\":false"))
        #expect(try health([], empty).status == 0)
        #expect(try server.call("GET", "/metrics").status == 404)
        let metrics = try RunningProcess(
            "curl", ["-s", "--unix-socket", socket, "http://parley/metrics"]
        ).ending()
        #expect(metrics.lines.contains("parley_workers 1"))
        let put = try RunningProcess(
            "curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", socket, "-X", "PUT", "-d",
                "{\"model_file\": \"\(ParleyServer.demo)\"}", "http://parley/model",
            ]
        ).ending()
        #expect(put.lines == ["204"])
        #expect(try health(["--ready"], empty).status == 0)
        #expect(try server.say("hello", as: "me").status == 200)
    }

    @Test("parley health finds a port with TLS, and says where there is no server")
    func command() throws {
        let temporary = try TemporaryDirectory()
        let none = try health([], temporary)
        #expect(none.status == 1 && none.lines.count == 1)
        let tls = "\(Fixtures.checkout)/Tests/Fixtures/tls"
        let process = try RunningProcess(
            ParleyServer.binary,
            [
                "run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1", "--ssl-certificate", "\(tls)/server.pem",
                "--ssl-keyfile", "\(tls)/server.key",
            ], environment: ["TMPDIR": temporary.path], directory: temporary.path)
        _ = try process.awaitLine { $0.contains("Parley is ready") ? true : nil }
        let ready = try health(["--ready"], temporary)
        #expect(ready.status == 0 && ready.lines.first?.contains("\"ready\":true") == true, "\(ready)")
        process.end(SIGTERM)
        #expect(try health([], temporary).status == 1)
    }
}
