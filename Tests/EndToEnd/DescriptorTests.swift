import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A server begins with what the system gives it, however little", .ownThread)
struct DescriptorTests {
    /// A server that a shell starts after having done something.
    private final class Started {
        let process: RunningProcess
        let port: Int
        let directory: TemporaryDirectory

        init(_ before: String, log: String = "", _ arguments: [String] = [], environment: [String: String] = [:]) throws
        {
            directory = try TemporaryDirectory()
            port = Int(try Loopback.sparePort())
            process = try RunningProcess(
                "/bin/sh",
                [
                    "-c", "\(before); exec \"$0\" \"$@\" \(log)", ParleyServer.binary, "run", "-m", ParleyServer.demo,
                    "-p", "\(port)", "-i", "127.0.0.1", "--enable-api",
                ] + arguments, environment: environment, directory: directory.path)
            do {
                try Loopback.awaitListener(on: port)
            } catch {
                throw TestFailure("the server did not start:\n" + process.lines.joined(separator: "\n"))
            }
        }

        deinit {
            process.signal(SIGKILL)
        }

        /// The only worker. The loader, which the supervisor started before, may take a moment to end.
        func worker() throws -> pid_t {
            var children: [pid_t] = []
            #expect(
                eventually {
                    children = ParleyServer.children(of: process.pid)
                    return children.count == 1
                })
            return try #require(children.first)
        }

        func status() throws -> Int {
            let connection = try HTTPConnection(port: port)
            try connection.request("GET", "/status")
            return try connection.response().status
        }
    }

    @Test(
        "standard descriptors that are closed are /dev/null",
        arguments: ["<&-", "<&- >&-", "<&- >&- 2>&-", "2>&-", ">&- 2>&-"])
    func closed(log: String) throws {
        let server = try Started(":", log: log)
        #expect(try server.status() == 200)
        let closed =
            (log.contains("<&-") ? [0] : []) + (log.contains(" >&-") || log.hasPrefix(">&-") ? [1] : [])
            + (log.contains("2>&-") ? [2] : [])
        let supervisor = try ParleyServer.openFiles(of: server.process.pid)
        for number in closed { #expect(supervisor[number] == "/dev/null") }
        let worker = try ParleyServer.openFiles(of: try server.worker())
        for number in closed where number < 2 { #expect(worker[number] == "/dev/null") }
        for number in 0...2 { #expect(worker[number]?.hasPrefix("socket:") == false) }
    }

    @Test(
        "a worker that may have few files open serves all clients, one after the other, and says so",
        arguments: [64, 256])
    func fewFiles(limit: Int) throws {
        let server = try Started("ulimit -n \(limit)")
        var connections: [HTTPConnection] = []
        // Each stays open: those that have been idle for longest make room.
        for number in 0..<(limit + 50) {
            let connection = try HTTPConnection(port: server.port)
            try connection.request("GET", "/status")
            #expect(try connection.response().status == 200, "connection \(number)")
            connections.append(connection)
        }
        _ = try server.process.awaitLine { $0.contains("ulimit") ? true : nil }
        _ = try server.process.awaitLine { $0.contains("others wait") ? true : nil }
    }

    @Test("a soft limit of open files is raised to the hard one")
    func softLimit() throws {
        let server = try Started("ulimit -Sn 64")
        let limits = try String(contentsOfFile: "/proc/\(server.process.pid)/limits", encoding: .utf8)
        let values = try #require(limits.firstMatch(of: /Max open files +(\d+) +(\d+)/))
        #expect(values.1 == values.2)
    }

    @Test("too few files to serve anybody end the start with what to change")
    func noFiles() throws {
        let process = try RunningProcess(
            "/bin/sh",
            ["-c", "ulimit -n 20; exec \"$0\" run -m \"$1\" -p 0", ParleyServer.binary, ParleyServer.demo],
            environment: ["LOG_LEVEL": "ERROR"])
        let ending = try process.ending()
        #expect(ending.status != 0)
        #expect(ending.lines.joined().contains("ulimit -n"))
    }

    @Test("a library that is loaded before and changes the environment takes no arguments away, nor bares secrets")
    func preloaded() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(
            """
            #include <stdlib.h>
            __attribute__((constructor)) static void f(void) {
                char name[32];
                for (int i = 0; i < 200; i++) { name[0] = 'P'; name[1] = '0' + i % 10; name[2] = 'a' + i / 10; name[3] = 0; setenv(name, "x", 1); }
            }
            """, as: "p.c")
        let library = "\(directory.path)/p.so"
        let compiler = try RunningProcess(
            "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, source])
        try #require(try compiler.ending().status == 0)
        let server = try Started(
            ":", ["--auth-token", "hush-hush"], environment: ["LD_PRELOAD": library])
        let connection = try HTTPConnection(port: server.port)
        try connection.request("GET", "/status?token=hush-hush")
        #expect(try connection.response().status == 200)
        let words = try String(contentsOfFile: "/proc/\(server.process.pid)/cmdline", encoding: .utf8)
        #expect(words.contains("--auth-token") && !words.contains("hush"))
    }
}
