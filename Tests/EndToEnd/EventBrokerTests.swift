import EndToEndSupport
import ExactText
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Stored events reach the broker", .ownThreadFirst)
struct EventBrokerTests {
    /// How long brokers are away beyond what it takes to notice that, in seconds.
    private static let absence = Double(ProcessInfo.processInfo.environment["PARLEY_TEST_ABSENCE"] ?? "") ?? 0

    @Test("A file gets one line per event, with the name of the conversation first; a killed server loses none")
    func file() throws {
        let scratch = try TemporaryDirectory()
        let log = "\(scratch.path)/events.log"
        let endpoints = "event_broker:\n  type: file\n  path: \(log)\n  outbox: \(scratch.path)/outbox\n"
        let server = try ParleyServer(endpoints: endpoints)
        #expect(try server.say("/greet", as: "anna").status == 200)
        let slot = #"{"event": "slot", "name": "x", "value": 1, "timestamp": 1700000000.5}"#
        #expect(try server.call("POST", "/conversations/anna/tracker/events", slot).status == 200)
        let stored = try server.events(of: "anna")
        let lines = awaitLines(log, count: stored.count)
        #expect(lines.map { $0["event"] } == stored.map { $0["event"] })
        #expect(lines.allSatisfy { $0.object?.keys.first == "sender_id" && $0["sender_id"]?.string == "anna" })
        #expect(lines.last?["value"]?.int == 1)
        for worker in server.workers { kill(worker, SIGKILL) }
        server.process.signal(SIGTERM)
        _ = try server.process.ending()
        #expect(awaitLines(log, count: stored.count).count == stored.count)
    }

    private func awaitLines(_ file: String, count: Int) -> [JSON] {
        var lines: [JSON] = []
        _ = eventually {
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            return lines.count >= count
        }
        return lines
    }

    /// What happens to which bus.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let bus: EventBus.Kind
        let kind: EventBus.Trouble

        var testDescription: String { "\(bus) is \(kind.rawValue)" }

        static let all = EventBus.Kind.installed.flatMap { bus in
            EventBus.Trouble.allCases.map { Trouble(bus: bus, kind: $0) }
        }.filter { trouble in
            switch trouble.bus {
            case .rabbitMQ: true
            // The cluster of the tests takes all or keeps its responses back.
            case .kafka: trouble.kind != .blackHole
            case .postgresql: trouble.kind != .lostResponses
            case .mysql: trouble.kind == .absence
            }
        }
    }

    @Test(
        "A bus is in trouble under load and a worker is killed: every answered message is published, in order",
        arguments: Trouble.all)
    func trouble(_ trouble: Trouble) throws {
        let scratch = try TemporaryDirectory()
        let bus = try EventBus(trouble.bus)
        let server = try ParleyServer(
            workers: 2, redis: RedisServer(), endpoints: "\(bus.section)  outbox: \(scratch.path)/outbox\n")
        let load = Load(server, pause: 20_000)
        try load.awaitResponses()
        bus.begin(trouble.kind)
        // Which is when the publisher no longer waits for it.
        _ = try server.process.awaitLine { $0.contains("does not take events") ? true : nil }
        let workers = server.workers
        #expect(workers.count == 2)
        let worker = try #require(workers.first)
        kill(worker, SIGKILL)
        #expect(eventually { server.workers.count == 2 && !server.workers.contains(worker) })
        try load.awaitResponses()
        Thread.sleep(forTimeInterval: Self.absence)
        try bus.end(trouble.kind)
        try load.awaitResponses()
        let report = try load.stop()
        print(trouble.testDescription)
        try report.check(server, allowsBroken: true)
        var published = PublishedEvents()
        _ = try eventually {
            try bus.read(into: &published)
            return report.isPublished(published)
        }
        var events = 0
        for (conversation, talk) in report.talks {
            let numbers = published.numbers(of: conversation)
            #expect(Set(talk.responded).isSubset(of: numbers), "\(conversation) misses messages")
            #expect(numbers == numbers.sorted(), "\(conversation) is out of order")
            // What is published is what is stored, in the same order; only the killed worker's last turns, which
            // nobody got a response to, may be stored without.
            let stored = try server.events(of: conversation).map { "\($0["event"] ?? nil) \($0["timestamp"] ?? nil)" }
            let out = (published.events[conversation] ?? []).map { "\($0["event"] ?? nil) \($0["timestamp"] ?? nil)" }
            let areAsStored = out.areInOrder(in: stored)
            #expect(areAsStored, "\(conversation) was not published as it is stored")
            events += out.count
        }
        print("\(events) events published, \(published.repeated) of them again")
    }

    #if RabbitMQ
        private func endpoints(_ port: Int, outbox: String) -> String {
            """
            event_broker:
              type: pika
              url: 127.0.0.1
              port: \(port)
              username: guest
              password: guest
              queues: [events]
              retry_delay_in_seconds: 1
              outbox: \(outbox)

            """
        }

        /// Reads what is on the broker, and what comes, until that is all.
        private func read(_ port: Int, until isAll: (PublishedEvents) -> Bool = { _ in true }) throws -> PublishedEvents
        {
            let reader = try RabbitMQReader(port: port)
            var published = PublishedEvents()
            _ = eventually {
                for message in reader.messages(in: "events") { published.add(message.body, id: message.id) }
                return isAll(published)
            }
            return published
        }

        @Test(
            "A full disk: what cannot be kept is refused and not stored; all else is published later",
            .enabled(
                if: TestSupport.RabbitMQServer.isInstalled && getuid() == 0,
                "needs rabbitmq-server and the right to mount"))
        func fullDisk() throws {
            let scratch = try TemporaryDirectory()
            let disk = "\(scratch.path)/disk"
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            guard mount("tmpfs", disk, "tmpfs", 0, "size=2560k") == 0 else {
                print("not shown: mounting a small disk is not allowed here")
                return
            }
            defer {
                umount2(disk, Int32(MNT_DETACH))
            }
            let rabbit = try RabbitMQServer()
            rabbit.stop()
            let redis = try RedisServer()
            let server = try ParleyServer(redis: redis, endpoints: endpoints(rabbit.port, outbox: "\(disk)/outbox"))
            var sent = 0
            var texts: [String] = []
            var refused: HTTPResponse?
            while refused == nil, sent < 5000 {
                let text = "/greet{\"n\": \"\(sent)\", \"filling\": \"\(String(repeating: "f", count: 2000))\"}"
                sent += 1
                let response = try server.say(text, as: "anna")
                if response.status == 200 { texts.append(text) } else { refused = response }
            }
            #expect(refused?.status == 503 && refused?.headers["retry-after"] != nil)
            let stored = try server.events(of: "anna").filter { $0["event"]?.string == "user" }
            #expect(stored.compactMap { $0["text"]?.string } == texts)
            try rabbit.start()
            #expect(try eventually { try server.say("/greet", as: "anna").status == 200 })
            let published = try read(rabbit.port) { $0.texts(of: "anna").last == "/greet" }
            let isInOrder = texts.areInOrder(in: published.texts(of: "anna"))
            #expect(isInOrder)
            #expect(published.texts(of: "anna").last == "/greet")
            print("\(texts.count) messages kept on 2.5 MB, then refused; all published later")
        }

        @Test(
            "parley export publishes what is stored, within times, and says how to go on",
            .enabled(if: TestSupport.RabbitMQServer.isInstalled, "no rabbitmq-server here"))
        func export() throws {
            let rabbit = try RabbitMQServer()
            let redis = try RedisServer()
            let server = try ParleyServer(redis: redis)
            for name in ["anna", "ben", "carl"] { _ = try server.say("/greet", as: name) }
            let stores = "tracker_store:\n\(redis.endpoint)"
            let file = "\(server.directory.path)/export.yml"
            try server.directory.write(stores + endpoints(rabbit.port, outbox: "/nowhere"), as: "export.yml")
            func export(_ flags: String...) throws -> RunningProcess.Ending {
                try RunningProcess(
                    ParleyServer.binary, ["export", "--endpoints", file] + flags, directory: server.directory.path
                ).ending()
            }
            let all = try export()
            #expect(all.status == 0, "\(all.lines)")
            let published = try read(rabbit.port)
            for name in ["anna", "ben", "carl"] {
                let stored = try server.events(of: name)
                #expect(published.events[name]?.map { $0["event"] } == stored.map { $0["event"] })
                #expect(published.events[name]?.allSatisfy { $0.object?.keys.last == "sender_id" } == true)
            }
            let everybody = try export("--conversation-ids", "")
            #expect(everybody.status == 0)
            #expect(try read(rabbit.port).events.count == 3)
            let none = try export("--minimum-timestamp", "2", "--maximum-timestamp", "1")
            #expect(none.status == 1)
            let some = try export(
                "--conversation-ids", "ben,nobody", "--minimum-timestamp", "1000.5", "--offset-timestamps-by-seconds",
                "-100")
            #expect(some.status == 0 && some.lines.contains { $0.contains("nobody") })
            let moved = try read(rabbit.port)
            #expect(Set(moved.events.keys) == ["ben"])
            let time = try server.events(of: "ben").first?["timestamp"]?.double ?? 0
            #expect(moved.events["ben"]?.first?["timestamp"]?.double == time - 100)
            rabbit.stop()
            try server.directory.write(
                stores + endpoints(rabbit.port, outbox: "/nowhere") + "  connection_attempts: 1\n", as: "export.yml")
            #expect(try export().status == 1)
        }
    #endif
}
