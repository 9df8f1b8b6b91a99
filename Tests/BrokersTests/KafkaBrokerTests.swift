#if Kafka
    import CRDKafka
    import Foundation
    import Settings
    import Testing

    @testable import Brokers

    @Suite("Kafka gets events as Rasa sends them", .serialized)
    struct KafkaBrokerTests {
        private func settings(_ servers: String, _ more: String = "") throws -> KafkaSettings {
            let scratch = try Scratch()
            let text = """
                event_broker:
                  type: kafka
                  url: \(servers)
                  topic: events
                  security_protocol: PLAINTEXT
                \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
                """
            try text.write(toFile: "\(scratch.path)/endpoints.yml", atomically: true, encoding: .utf8)
            guard case .kafka(let settings) = try Endpoints(path: "\(scratch.path)/endpoints.yml").eventBroker?.kind
            else { throw BrokerError(.refused, "no settings") }
            return settings
        }

        private func events(_ range: Range<Int>, of conversation: String = "anna") -> [OutgoingEvent] {
            range.map { OutgoingEvent(id: "box-\($0)", conversation: conversation, body: Array("{\"n\": \($0)}".utf8)) }
        }

        @Test func messages() throws {
            let cluster = try MockCluster(partitions: 4)
            let broker = KafkaBroker(
                try settings(cluster.servers, "partition_by_sender: true\nclient_id: parley"),
                variables: EnvironmentVariables { $0 == "RASA_ENVIRONMENT" ? "staging" : nil })
            try broker.connect()
            for sender in ["anna", "ben", "käthe"] {
                #expect(broker.publish(events(0..<600, of: sender)).confirmed == 600)
            }
            broker.close()
            let messages = try cluster.messages(count: 1800)
            for sender in ["anna", "ben", "käthe"] {
                let own = messages.filter { $0.key == sender }
                #expect(own.map(\.body) == (0..<600).map { "{\"n\": \($0)}" })
                #expect(Set(own.map(\.partition)).count == 1)
            }
            #expect(messages.allSatisfy { $0.headers["RASA_ENVIRONMENT"] == "staging" })
            #expect(Set(messages.map { $0.headers["message_id"] ?? "" }).count == 600)
        }

        @Test("Without partitions by sender messages have no key; without a variable the header says so")
        func noKey() throws {
            let cluster = try MockCluster(partitions: 1)
            let broker = KafkaBroker(try settings("[\"\(cluster.servers)\"]", "queue_size: 10"), variables: .none)
            try broker.connect()
            #expect(broker.publish(events(0..<100)).confirmed == 100)
            let messages = try cluster.messages(count: 100)
            #expect(messages.map(\.body) == (0..<100).map { "{\"n\": \($0)}" })
            #expect(messages.allSatisfy { $0.key == nil })
            #expect(messages.first?.headers["RASA_ENVIRONMENT"] == "RASA_ENVIRONMENT_NOT_SET")
        }

        @Test("Errors of the servers are overcome, a message that is too large is refused, and order stays")
        func faults() throws {
            let cluster = try MockCluster(partitions: 1)
            let broker = KafkaBroker(try settings(cluster.servers), variables: .none)
            try broker.connect()
            cluster.failProduce([RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT])
            #expect(broker.publish(events(0..<50)).confirmed == 50)
            let large = OutgoingEvent(
                id: "large", conversation: "anna", body: [UInt8](repeating: 0x61, count: 2_000_000))
            let outcome = broker.publish(events(50..<60) + [large] + events(60..<70))
            #expect(outcome.confirmed == 10 && outcome.failure?.code == .refusedEvent)
            #expect(broker.publish(events(60..<70)).confirmed == 10)
            var seen: Set<String> = []
            let bodies = try cluster.messages(count: 70).map(\.body).filter { seen.insert($0).inserted }
            #expect(bodies == (0..<70).map { "{\"n\": \($0)}" })
        }

        @Test func absentServers() throws {
            let broker = KafkaBroker(try settings("127.0.0.1:1"), variables: .none)
            #expect { try broker.connect() } throws: { ($0 as? BrokerError)?.code == .unreachable }
            let sasl = KafkaBroker(
                try settings("127.0.0.1:1", "sasl_mechanism: NO_SUCH").with { $0.securityProtocol = .saslSSL },
                variables: .none)
            #expect { try sasl.connect() } throws: { ($0 as? BrokerError)?.code == .refused }
        }

        @Test func properties() throws {
            var settings = try settings("a:1")
            settings.securityProtocol = .saslSSL
            settings.username = "u"
            settings.password = Secret("p")
            settings.certificateAuthorities = "ca.pem"
            settings.checksHostname = false
            let properties = Dictionary(settings.clientProperties) { $1 }
            #expect(properties["security.protocol"] == "SASL_SSL" && properties["sasl.mechanism"] == "PLAIN")
            #expect(properties["sasl.username"] == "u" && properties["sasl.password"] == "p")
            #expect(properties["ssl.endpoint.identification.algorithm"] == "none")
            #expect(properties["ssl.ca.location"] == "ca.pem")
        }
    }

    extension KafkaSettings {
        fileprivate func with(_ change: (inout KafkaSettings) -> Void) -> KafkaSettings {
            var copy = self
            change(&copy)
            return copy
        }
    }
#endif
