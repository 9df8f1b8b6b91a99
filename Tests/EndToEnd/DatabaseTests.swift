import EndToEndSupport
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Conversations live in databases", .ownThread)
struct DatabaseTests {
    @Test("they outlive the server, and all workers see them", arguments: TrackerDatabase.Kind.installed)
    func outlive(kind: TrackerDatabase.Kind) throws {
        let locks = try RedisServer()
        let store = try TrackerDatabase(kind)
        let endpoints = "lock_store:\n\(locks.endpoint)\(store.section)"
        for round in 1...2 {
            let server = try ParleyServer(workers: 2, endpoints: endpoints, environment: store.environment)
            for _ in 0..<10 { #expect(try server.say("hello", as: "ann").status == 200) }
            #expect(try server.events(of: "ann").filter { $0["event"] == "user" }.count == round * 10)
            server.process.signal(SIGTERM)
            #expect(try server.process.ending().status == 0)
        }
    }

    /// What goes wrong, and with which database.
    struct Fault: Sendable, CustomTestStringConvertible {
        enum Kind: String, CaseIterable, Sendable {
            case restart = "restarts"
            case blackHole = "is lost behind a network that loses everything"
            case lostResponses = "does all, but the network loses its answers"
        }

        let database: TrackerDatabase.Kind
        let kind: Kind

        var testDescription: String { "\(database) \(kind.rawValue)" }

        static let all = TrackerDatabase.Kind.installed.flatMap { database in
            Kind.allCases.map { Fault(database: database, kind: $0) }
        }.filter { fault in
            switch fault.database {
            // The faults of Redis have tests of their own; a file has none of these.
            case .redis, .sqlite, .mongo: false
            // The stand-in keeps nothing when it ends.
            case .dynamo: fault.kind != .restart
            case .postgresql, .mysql, .mongoPeer: true
            }
        }
    }

    @Test("what was answered with success is stored once, though the database fails under load", arguments: Fault.all)
    func fault(_ fault: Fault) throws {
        let locks = try RedisServer()
        let store = try TrackerDatabase(fault.database, hasNetwork: true)
        let server = try ParleyServer(
            workers: 2, endpoints: "lock_store:\n\(locks.endpoint)\(store.section)", environment: store.environment)
        let load = Load(server)
        try load.awaitResponses()
        switch fault.kind {
        case .restart:
            store.stop()
            try load.awaitFailures()
            try store.start()
        case .blackHole:
            store.network?.set(.holdAll)
            // Which is when a worker no longer waits.
            try load.awaitFailures(20)
            store.network?.set(.forward)
        case .lostResponses:
            store.network?.set(.holdResponses)
            try load.awaitFailures(20)
            store.network?.set(.forward)
        }
        try load.awaitResponses()
        let report = try load.stop()
        print(fault.testDescription)
        try report.check(server)
    }

    @Test(
        "what is wrong with the database is said in one line at the start",
        .enabled(if: TrackerDatabase.Kind.installed.contains(.postgresql)))
    func refusals() throws {
        let store = try TrackerDatabase(.postgresql)
        let port = try #require(store.section.firstMatch(of: /port: \d+/).map { String($0.output) })
        let cases = [
            ("password: secret", "password: wrong", 77, "password authentication failed"),
            ("db: rasa", "db: nowhere", 77, "does not exist"),
            ("url: 127.0.0.1", "url: no-such-host.invalid", 69, "no-such-host.invalid"),
            (port, "port: 1", 69, "refused"),
        ]
        for (right, wrong, status, words) in cases {
            let (ending, text) = try failingStart(store.section.replacingOccurrences(of: right, with: wrong))
            #expect(ending == status, "\(wrong)")
            #expect(text.contains(words), "\(text)")
        }
    }

    @Test("a file that cannot be written is said at the start")
    func badFile() throws {
        let (status, text) = try failingStart("tracker_store:\n  type: SQL\n  db: /nowhere/at/all.db\n")
        #expect(status == 77)
        #expect(text.contains("/nowhere/at/all.db"))
    }

    #if MongoDB
        @Test("what is wrong with MongoDB is said in one line at the start, without a password")
        func mongoRefusals() throws {
            let store = try TrackerDatabase(.mongoPeer)
            let cases = [
                ("password: secret", "password: sesame", 77, "Authentication failed"),
                ("username: parley\n  password: secret", "auth_source: rasa", 77, "requires authentication"),
                ("mongodb://127.0.0.1:", "mongodb://u:ses%zzame@127.0.0.1:", 78, "percent"),
            ]
            for (right, wrong, status, words) in cases {
                let (ending, text) = try failingStart(store.section.replacingOccurrences(of: right, with: wrong))
                #expect(ending == status, "\(wrong): \(text)")
                #expect(text.contains(words) && !text.contains("sesame") && !text.contains("ame@"), "\(text)")
            }
            store.stop()
            let (ending, text) = try failingStart(store.section)
            #expect(ending == 69 && text.contains("No suitable servers"), "\(text)")
        }

        @Test("conversations in MongoDB are checked and exported")
        func mongoCommands() throws {
            let store = try TrackerDatabase(.mongoPeer)
            let server = try ParleyServer(endpoints: store.section)
            for name in ["anna", "ben"] { #expect(try server.say("/greet", as: name).status == 200) }
            let events = "\(server.directory.path)/events.log"
            try server.directory.write(
                store.section + "event_broker:\n  type: file\n  path: \(events)\n", as: "endpoints.yml")
            let check = try RunningProcess(
                ParleyServer.binary, ["check", "-m", ParleyServer.demo], directory: server.directory.path
            ).ending()
            #expect(check.status == 0)
            #expect(check.lines.contains { $0.contains("MongoDB at 127.0.0.1") && $0.contains("works") })
            let export = try RunningProcess(ParleyServer.binary, ["export"], directory: server.directory.path).ending()
            #expect(export.status == 0, "\(export.lines)")
            let exported = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n").map {
                try JSON(parsing: Array($0.utf8))
            }
            for name in ["anna", "ben"] {
                let times = exported.filter { $0["sender_id"]?.string == name }.map { $0["timestamp"] }
                #expect(try times == server.events(of: name).map { $0["timestamp"] })
            }
        }
    #endif

    private func failingStart(_ endpoints: String) throws -> (status: Int, text: String) {
        let directory = try TemporaryDirectory()
        try directory.write(endpoints, as: "endpoints.yml")
        let ending = try RunningProcess(
            ParleyServer.binary,
            ["run", "-m", ParleyServer.demo, "-p", "0", "-i", "127.0.0.1", "--store-wait", "0"],
            directory: directory.path
        ).ending()
        let lines = ending.lines.filter { $0.contains("tracker_store") }
        #expect(lines.count == 1, "\(ending.lines)")
        return (Int(ending.status), lines.joined())
    }
}
