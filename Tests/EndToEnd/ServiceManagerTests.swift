import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("A server that a service manager has started", .ownThread)
struct ServiceManagerTests {
    @Test("says when it is ready, reads its configuration again, is ready again, and stops; and that it is alive")
    func notifications() throws {
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(address: "\(directory.path)/notify")
        let server = try ParleyServer(
            workers: 2, redis: try RedisServer(),
            environment: ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"], ignoresHangUp: true)
        var ready = try manager.message(with: "READY=1")
        #expect(ready.contains("MAINPID=\(server.process.pid)\n"))
        #expect(ready.contains("STATUS=2 of 2 workers serve, generation 1, model: \(ParleyServer.demo)\n"))
        _ = try manager.message(with: "WATCHDOG=1")
        server.process.signal(SIGHUP)
        let reloading = try manager.message(with: "RELOADING=1")
        let time = try #require(reloading.firstMatch(of: /MONOTONIC_USEC=(\d+)\n/).flatMap { Int($0.1) })
        #expect(time > 0)
        ready = try manager.message(with: "READY=1")
        #expect(ready.contains("generation 2"))
        server.process.signal(SIGTERM)
        #expect(try manager.message(with: "STOPPING=1").contains("STATUS=Stopping"))
        #expect(try server.process.ending().status == 0)
    }

    @Test(
        "has a new binary (USR2) speak for the service when the old has named it, and learn meanwhile what the old is asked"
    )
    func newBinary() throws {
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(address: "\(directory.path)/notify")
        let server = try ParleyServer(
            ["--retire-timeout", "5"], workers: 2, redis: try RedisServer(),
            environment: ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"], ignoresHangUp: true)
        let old = server.process.pid
        _ = try manager.message(with: "READY=1")
        server.process.signal(SIGUSR2)
        var messages: [String] = []
        func next(with start: String) throws -> String {
            while true {
                let message = try manager.next()
                messages.append(message)
                if message.contains(start) { return message }
            }
        }
        let status = try next(with: "STATUS=A new binary serves, as process ")
        let new = try #require(status.firstMatch(of: /process (\d+);/).flatMap { Int32($0.1) })
        #expect(new != old)
        server.process.signal(SIGHUP)
        _ = try next(with: "RELOADING=1")
        #expect(try next(with: "READY=1").contains("MAINPID=\(old)\n"))
        // The old one is alive for the service manager, and does not stop.
        _ = try next(with: "WATCHDOG=1")
        let last = try next(with: "MAINPID=\(new)\n")
        #expect(last == "MAINPID=\(new)\n")
        #expect(try next(with: "READY=1").contains("MAINPID=\(new)\nSTATUS=2 of 2 workers serve, generation 2"))
        #expect(!messages.contains { $0.contains("STOPPING") })
        #expect(messages.count { $0 == last } == 1)
        _ = try next(with: "WATCHDOG=1")
        #expect(try server.process.ending().status == 0)
        kill(new, SIGTERM)
        _ = try next(with: "STOPPING=1")
        #expect(eventually { ParleyServer.hasEnded(new) })
    }

    @Test("ends a new binary with itself while the service manager takes it for the service")
    func endOfBoth() throws {
        let directory = try TemporaryDirectory()
        let manager = try NotifySocket(address: "\(directory.path)/notify")
        let server = try ParleyServer(
            workers: 1, environment: ["NOTIFY_SOCKET": manager.address], ignoresHangUp: true)
        let workers = Set(server.workers)
        server.process.signal(SIGUSR2)
        try server.awaitEvent("A new binary serves")
        let new = try #require(server.workers.first { !workers.contains($0) })
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
        #expect(ParleyServer.hasEnded(new))
    }

    /// Opens two sockets and becomes a program that finds them by the variables of systemd.
    private static let passing = """
        import os, socket, sys
        sockets = [socket.socket(socket.AF_INET), socket.socket(socket.AF_UNIX)]
        sockets[0].bind(("127.0.0.1", 0))
        sockets[1].bind(sys.argv[1])
        for index, one in enumerate(sockets):
            one.listen()
            os.dup2(os.dup(one.fileno()), 10 + index)
        for index in range(2):
            os.dup2(10 + index, 3 + index)
            os.close(10 + index)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="web:local")
        os.execv(sys.argv[2], sys.argv[2:])
        """

    @Test("serves on all sockets that it is passed, of TCP and of AF_UNIX, and names their addresses")
    func passedSockets() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/parley.socket"
        // The flag's port is another one's: where sockets are passed it is not used.
        let server = try ParleyServer(
            workers: 2, redis: try RedisServer(), launcher: ["python3", "-c", Self.passing, path])
        #expect(server.process.lines.contains { $0.contains("ready") && $0.contains("unix:\(path)") })
        #expect(server.process.lines.contains { $0.contains(#""name":"local""#) || $0.contains(#""name": "local""#) })
        for _ in 0..<20 {
            #expect(try server.call("GET", "/").status == 200)
            let connection = try HTTPConnection(path: path)
            try connection.request("POST", "/webhooks/rest/webhook", #"{"sender": "guest", "message": "hello"}"#)
            #expect(try connection.response().status == 200)
        }
        server.process.signal(SIGTERM)
        #expect(try server.process.ending().status == 0)
    }

    @Test("refuses what is passed and does not listen, by its name")
    func noListener() throws {
        let script = """
            import os, socket, sys
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            os.dup2(one.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let ending = try RunningProcess(
            "python3", ["-c", script, ParleyServer.binary, "run", "-m", ParleyServer.demo, "--enable-api"]
        ).ending()
        #expect(ending.status == 78)
        let words = "socket 1 ('web') of LISTEN_FDS cannot be used: it does not listen"
        #expect(ending.lines.last?.contains(words) == true)
    }
}
