import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("parley check says of every connection whether it works", .ownThread)
struct CheckTests {
    private func check(
        endpoints: String, credentials: String = "rest:\n", model: String = ParleyServer.demo,
        flags: [String] = [], environment: [String: String] = [:]
    ) throws -> RunningProcess.Ending {
        let directory = try TemporaryDirectory()
        try directory.write(endpoints, as: "endpoints.yml")
        try directory.write(credentials, as: "credentials.yml")
        return try RunningProcess(
            ParleyServer.binary, ["check", "-m", model] + flags, environment: environment, directory: directory.path
        ).ending()
    }

    /// The columns of the line that begins with this part, and the lines that explain it.
    private func row(_ part: String, in ending: RunningProcess.Ending) -> String {
        guard let index = ending.lines.firstIndex(where: { $0.hasPrefix(part) }) else { return "" }
        let reasons = ending.lines[(index + 1)...].prefix { $0.hasPrefix("    ") }
        return ([ending.lines[index]] + reasons).joined(separator: "\n")
    }

    @Test("what is there works, and the end says so")
    func everythingWorks() throws {
        let redis = try RedisServer()
        let stub = try HTTPStub { _ in .status(405, "{}") }
        let ending = try check(
            endpoints: """
                lock_store:
                \(redis.endpoint)tracker_store:
                \(redis.endpoint)action_endpoint:
                  url: http://127.0.0.1:\(stub.port)/webhook
                """)
        #expect(ending.status == 0, "\(ending.lines)")
        for part in ["lock_store", "tracker_store", "action_endpoint", "channel", "model"] {
            #expect(row(part, in: ending).contains("works"), "\(ending.lines)")
        }
        #expect(ending.lines.last == "Everything works.")
    }

    @Test("what is away, or wrong, is named with what to change, and the rest is tried all the same")
    func someDoNotWork() throws {
        let closed = try Loopback.sparePort()
        let ending = try check(
            endpoints: """
                lock_store:
                  type: redis
                  port: \(closed)
                action_endpoint:
                  url: http://127.0.0.1:\(closed)/webhook
                """,
            credentials: "rest:\nslack:\n  slack_channel: c\n", model: "/dev/null")
        #expect(ending.status == 69, "\(ending.lines)")
        #expect(row("tracker_store", in: ending).contains("works"))
        for (part, word) in [
            ("lock_store", "\(closed)"), ("action_endpoint", "endpoints.yml:5"), ("model", "/dev/null"),
        ] {
            let row = row(part, in: ending)
            #expect(row.contains("FAILS") && row.contains("change:"), "\(ending.lines)")
            #expect(row.contains(word), "\(ending.lines)")
        }
        #expect(ending.lines.contains { $0.contains("slack_signing_secret") })
        #expect(ending.lines.last == "4 of them do not work.")
    }

    @Test("who never answers is left after the time that was given, and the rest is tried all the same")
    func silence() throws {
        let redis = try RedisServer()
        let network = try TCPProxy(to: redis.port)
        network.set(.holdAll)
        let silent = network.port
        var sections = [
            "lock_store:\n  type: redis\n  port: \(silent)\n",
            "tracker_store:\n  type: redis\n  port: \(silent)\n",
            "nlg:\n  url: http://127.0.0.1:\(silent)\n",
        ]
        #if Kafka
            sections.append("event_broker:\n  type: kafka\n  url: 127.0.0.1:\(silent)\n  topic: x\n")
        #endif
        let ending = try check(endpoints: sections.joined(), flags: ["--timeout", "3"])
        #expect(ending.status == 69, "\(ending.lines)")
        for part in sections.compactMap({ $0.split(separator: ":").first }) {
            #expect(row(String(part), in: ending).contains("FAILS"), "\(ending.lines)")
        }
        #expect(row("model", in: ending).contains("works"))
    }

    @Test("what to change depends on what is wrong: nobody there, a refusal, a file, something else than expected")
    func advice() throws {
        let other = try HTTPStub { _ in .exactly("SSH-2.0-other\r\n\r\n".utf8) }
        let refusing = try HTTPStub { _ in .status(403, "{}") }
        let ending = try check(
            endpoints: """
                tracker_store:
                  type: SQL
                  db: /nowhere/tracker.db
                event_broker:
                  type: file
                  path: /nowhere/events.log
                action_endpoint:
                  url: http://127.0.0.1:\(refusing.port)/webhook
                nlg:
                  url: http://127.0.0.1:\(other.port)
                """)
        #expect(ending.status == 69, "\(ending.lines)")
        for (part, words) in [
            ("tracker_store", "'db' at endpoints.yml:2"), ("event_broker", "'path' at endpoints.yml:5"),
            ("action_endpoint", "'token', 'basic_auth' or 'headers' at endpoints.yml:8"), ("nlg", "is not HTTP"),
        ] {
            #expect(row(part, in: ending).contains(words), "\(ending.lines)")
        }
    }

    #if RabbitMQ
        @Test(
            "what RabbitMQ refuses is to be corrected where it is written",
            .enabled(if: TestSupport.RabbitMQServer.isInstalled, "no rabbitmq-server here"))
        func refusal() throws {
            let rabbit = try TestSupport.RabbitMQServer()
            let ending = try check(
                endpoints: """
                    event_broker:
                      url: amqp://127.0.0.1:\(rabbit.port)
                      username: guest
                      password: wrong
                    """)
            #expect(ending.status == 69)
            let row = row("event_broker", in: ending)
            #expect(row.contains("RabbitMQ at 127.0.0.1:\(rabbit.port) ") && row.contains("ACCESS_REFUSED"))
            #expect(row.contains("endpoints.yml:2: user and password"), "\(ending.lines)")
        }
    #endif

    #if !RabbitMQ
        @Test("a broker that this build does not speak to is one line of the table")
        func missingTrait() throws {
            let ending = try check(endpoints: "event_broker:\n  type: pika\n  url: localhost\n  queues: [x]\n")
            #expect(ending.status == 69)
            #expect(row("event_broker", in: ending).contains("--traits RabbitMQ"), "\(ending.lines)")
            #expect(row("model", in: ending).contains("works"))
        }
    #endif

    @Test("a model is fetched from the model server or the storage that is configured, and opened")
    func remoteModels() throws {
        let archive = try Data(contentsOf: URL(fileURLWithPath: ParleyServer.demo))
        let stub = try HTTPStub { request in
            switch request.target {
            case "/model": .init(200, ["ETag": "\"1\""], body: Array(archive))
            case "/bucket/assistant.tar.gz": .init(200, body: Array(archive))
            case "/none": .init(204)
            default: .init(404)
            }
        }
        for (path, status, words) in [("model", 0, "of Rasa 3.6"), ("none", 69, "no model yet"), ("gone", 69, "404")] {
            let ending = try check(endpoints: "models:\n  url: \(stub.url)/\(path)\n", model: "/nowhere")
            #expect(Int(ending.status) == status, "\(ending.lines)")
            #expect(row("model", in: ending).contains(words), "\(ending.lines)")
        }
        for (name, status, words) in [("assistant", 0, "of Rasa 3.6"), ("other", 69, "BUCKET_NAME")] {
            var variables = [
                "AWS_ENDPOINT_URL": stub.url, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_DEFAULT_REGION": "us-east-1",
            ]
            if status == 0 { variables["BUCKET_NAME"] = "bucket" }
            let ending = try check(
                endpoints: "", model: name, flags: ["--remote-storage", "aws"], environment: variables)
            #expect(Int(ending.status) == status, "\(ending.lines)")
            #expect(row("model", in: ending).contains(words), "\(ending.lines)")
        }
    }

    @Test("a file that cannot be understood is named with the line")
    func brokenFile() throws {
        let ending = try check(endpoints: "tracker_store:\n  type: redis\n  port: many\n")
        #expect(ending.status == 78)
        #expect(ending.lines.count == 1)
        #expect(ending.lines.joined().contains("endpoints.yml:3"))
        #expect(ending.lines.joined().contains("'port'"))
    }
}
