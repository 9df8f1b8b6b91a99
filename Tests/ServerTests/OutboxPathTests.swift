import Brokers
import Glibc
import Settings
import System
import TestSupport
import Testing
import YAML

@testable import Server

@Suite("Where events wait for a broker")
struct OutboxPathTests {
    private func outbox(
        _ variables: [String: String], broker: String = "type: file, path: /e.log", user: uid_t = geteuid()
    ) throws -> OutboxPath {
        let environment = EnvironmentVariables { variables[$0] }
        let node = try YAMLReader(environment: environment).read(
            Array("event_broker: {\(broker)}\n".utf8), file: "endpoints.yml")
        return OutboxPath(
            try #require(try Endpoints(node).eventBroker), environment: environment, user: user)
    }

    @Test("the endpoints say where, else the system does, else there are several places")
    func bases() throws {
        let all = ["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/x", "HOME": "/home/a"]
        #expect(try outbox(all).bases == ["/var/lib/a/outbox"])
        let home = "/home/a/.local/state/parley/outbox"
        #expect(
            try outbox(all.filter { $0.key != "STATE_DIRECTORY" }).bases
                == ["/x/parley/outbox", home, "/var/lib/parley/outbox"])
        #expect(try outbox(["HOME": "/home/a"]).bases == [home, "/var/lib/parley/outbox"])
        for variables in [["HOME": "/"], [:]] {
            let outbox = try outbox(variables, user: 1_000_710_000)
            #expect(outbox.bases == ["/var/lib/parley/outbox"])
            #expect(outbox.temporaryBase == "/tmp/parley-outbox-1000710000")
        }
        #expect(try outbox(["TMPDIR": "/t"], user: 7).temporaryBase == "/t/parley-outbox-7")
        let named = try outbox(all, broker: "type: file, path: /e.log, outbox: /o")
        #expect(named.bases == ["/o"] && named.temporaryBase == nil)
        #expect(try named.choose().path.hasPrefix("/o/file-"))
    }

    @Test("the first place that can be written to is taken, temporary files last, and only one's own")
    func choice() throws {
        let directory = try TemporaryDirectory()
        // Nothing can be made below a file, whoever asks.
        try directory.write("", as: "file")
        let (blocked, free) = ("\(directory.path)/file", "\(directory.path)/free")
        let first = try outbox(["XDG_STATE_HOME": free, "HOME": blocked]).choose()
        #expect(first.path.hasPrefix("\(free)/parley/outbox/file-") && !first.isTemporary)
        let second = try outbox(["XDG_STATE_HOME": blocked, "HOME": free]).choose()
        #expect(second.path.hasPrefix("\(free)/.local/state/parley/outbox/file-") && !second.isTemporary)
        #expect(second.path.hasSuffix(first.path.suffix(16)))

        func last(of user: uid_t) -> OutboxPath {
            let temporary = "\(directory.path)/parley-outbox"
            return OutboxPath(bases: ["\(blocked)/outbox"], temporaryBase: temporary, mark: "file-1", user: user)
        }
        let own = try last(of: geteuid()).choose()
        #expect(own.path == "\(directory.path)/parley-outbox/file-1" && own.isTemporary)
        let error = #expect(throws: OutboxError.self) { try last(of: geteuid() + 1).choose() }
        #expect(error?.message.contains("\(directory.path)/parley-outbox") == true)
    }

    @Test("every broker has its own, whatever the order of servers and queues")
    func marks() throws {
        let directory = try TemporaryDirectory()
        func path(_ broker: String) throws -> String {
            try outbox(["STATE_DIRECTORY": directory.path], broker: broker).choose().path
        }
        let one = try path("type: pika, url: a, username: u, password: p, queues: [x, y]")
        #expect(try path("type: pika, url: a, queues: [y, x], username: u, password: p") == one)
        let others = try [
            "type: pika, url: b, username: u, password: p, queues: [x, y]",
            "type: pika, url: a, username: u, password: p, queues: [x]",
            "type: pika, url: a, username: u, password: p, port: 1, queues: [x, y]", "type: kafka, url: a, topic: x",
            "type: kafka, url: a, topic: y",
            "type: SQL, dialect: sqlite, db: x.db", "type: file, path: /x.db",
        ].map { try path($0) }
        #expect(Set(others + [one]).count == others.count + 1)
        #expect(try path("type: kafka, url: [a, b], topic: x") == path("type: kafka, url: [b, a], topic: x"))
    }
}
