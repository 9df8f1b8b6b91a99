import Brokers
import Cryptography
import System
import TestSupport
import Testing
import YAML

@testable import Settings

@Suite("event_broker takes Rasa's keys, and refuses what it cannot mean")
struct EventBrokerSettingsTests {
    private func read(_ text: String) throws(SourceError) -> EventBrokerSettings? {
        let reader = YAMLReader(environment: EnvironmentVariables { $0 == "PASSWORD" ? "secret" : nil })
        return try Endpoints(try reader.read(Array(text.utf8), file: "endpoints.yml")).eventBroker
    }

    private func error(_ text: String) -> SourceError? { sourceError { try read(text) } }

    @Test func rabbitMQ() throws {
        let settings = try read(
            """
            event_broker:
              url: rabbit
              username: user
              password: ${PASSWORD}
              queues: [a, b]
              port: 5673
              should_keep_unpublished_messages: false
              exchange_name: mine
              retry_delay_in_seconds: 0.5
            """)
        guard case .rabbitMQ(let rabbitMQ) = settings?.kind else { throw SettingsTestError() }
        #expect(rabbitMQ.host == "rabbit" && rabbitMQ.port == 5673 && rabbitMQ.queues == ["a", "b"])
        #expect(rabbitMQ.password.revealed == "secret" && !rabbitMQ.keepsUnpublished && !rabbitMQ.raisesOnFailure)
        #expect(rabbitMQ.exchange == "mine" && rabbitMQ.retryDelay == .milliseconds(500))
        #expect(rabbitMQ.connectionAttempts == 20)
        #expect(settings?.outboxLimit == 256 << 20 && settings?.outboxDirectory == nil)
    }

    @Test("A pause of no time at all is Rasa's to allow") func noPause() throws {
        let settings = try read(
            "event_broker: {url: a, username: b, password: c, retry_delay_in_seconds: 0, queues: one}")
        guard case .rabbitMQ(let rabbitMQ) = settings?.kind else { throw SettingsTestError() }
        #expect(rabbitMQ.retryDelay == .zero && rabbitMQ.queues == ["one"])
    }

    @Test func others() throws {
        let kafka = try read("event_broker: {type: Kafka, url: [a:1, b:2], ssl_check_hostname: false, outbox: /x}")
        guard case .kafka(let settings) = kafka?.kind else { throw SettingsTestError() }
        #expect(settings.servers == ["a:1", "b:2"] && settings.topic == "rasa_core_events")
        #expect(settings.securityProtocol == .saslPlaintext && settings.mechanism == "PLAIN")
        #expect(settings.checksHostname == false && !settings.partitionsBySender)
        #expect(kafka?.outboxDirectory == "/x")
        #expect(try read("event_broker: {type: file}")?.kind == .file("rasa_event.log"))
        guard case .sql(let sql) = try read("event_broker: {type: SQL}")?.kind else { throw SettingsTestError() }
        #expect(sql.dialect == .sqlite && sql.database == "events.db")
        #expect(try read("event_broker: ~") == nil)
    }

    @Test(arguments: [
        ("{type: pika, url: x}", "'username'"), ("{type: kafka}", "'url'"), ("{type: kaffka, url: x}", "'kafka'"),
        ("{type: my.module.Broker}", "Python"), ("pika", "group of keys"),
        ("{type: kafka, url: x, security_protocol: SSSL}", "'SSL'"),
    ])
    func mistakes(_ text: String, _ part: String) {
        let error = error("# first\nevent_broker: \(text)")
        #expect(error?.place.line == 2)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "no error")")
    }
}

private struct SettingsTestError: Error {}
