import Cryptography
import System
import YAML

#if Kafka
    import Foundation
    import NIOSSL
    import Settings
    import TestSupport
    import Testing

    @testable import Brokers

    @Suite("Kafka gets events as Rasa sends them", .ownThread)
    struct KafkaBrokerTests {
        private func settings(_ servers: String, _ more: String = "") throws -> KafkaConfiguration {
            let directory = try TemporaryDirectory()
            let text = """
                event_broker:
                  type: kafka
                  url: \(servers)
                  topic: events
                \(more.contains("security_protocol") ? "" : "  security_protocol: PLAINTEXT")
                \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
                """
            try text.write(toFile: "\(directory.path)/endpoints.yml", atomically: true, encoding: .utf8)
            guard case .kafka(let settings) = try Endpoints(path: "\(directory.path)/endpoints.yml").eventBroker?.kind
            else { throw BrokerError(.refused, "no settings") }
            return settings
        }

        private func events(_ range: Range<Int>, of conversation: String = "anna") -> [OutgoingEvent] {
            range.map { OutgoingEvent(id: "box-\($0)", conversation: conversation, body: Array("{\"n\": \($0)}".utf8)) }
        }

        @Test func messages() throws {
            let cluster = try KafkaCluster(partitions: 4)
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
            #expect(Set<String>(messages.map { $0.headers["message_id"] ?? "" }).count == 600)
        }

        @Test("Without partitions by sender messages have no key; without a variable the header says so")
        func noKey() throws {
            let cluster = try KafkaCluster(partitions: 1)
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
            let cluster = try KafkaCluster(partitions: 1)
            let broker = KafkaBroker(try settings(cluster.servers), variables: .none)
            try broker.connect()
            cluster.failProduce([.notLeader, .timedOut])
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

        /// What the front asks for, and what it is told.
        struct Entrance: Sendable, CustomTestStringConvertible {
            let protocolName: String
            var password = "sesame"
            var authority = Authority.right
            var checksHostname = false
            /// What becomes of it: nothing, or words of the error.
            var failure: String?

            enum Authority { case right, strange }

            var testDescription: String {
                "\(protocolName), \(password), \(authority) authority\(checksHostname ? ", host name" : "")"
            }

            static let all = [
                Entrance(protocolName: "SASL_PLAINTEXT"), Entrance(protocolName: "SASL_SSL"),
                Entrance(protocolName: "SSL"),
                Entrance(protocolName: "SASL_PLAINTEXT", password: "wrong", failure: "wrong password"),
                Entrance(protocolName: "SASL_SSL", password: "wrong", failure: "wrong password"),
                Entrance(protocolName: "SASL_SSL", authority: .strange, failure: "certificate"),
                Entrance(protocolName: "SSL", authority: .strange, failure: "certificate"),
                Entrance(protocolName: "SSL", checksHostname: true, failure: "certificate"),
            ]
        }

        @Test(
            "TLS, a client's certificate and passwords are given as asked; what is wrong with them is said",
            .enabled(if: TestCertificates.isPossible, "no openssl command here"), arguments: Entrance.all)
        func entrance(_ entrance: Entrance) async throws {
            let cluster = try KafkaCluster(partitions: 1)
            let certificates = try TestCertificates()
            let isEncrypted = entrance.protocolName.hasSuffix("SSL")
            let hasPassword = entrance.protocolName.hasPrefix("SASL")
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificates.server.certificate).map {
                    .certificate($0)
                },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: certificates.server.key, format: .pem)))
            if !hasPassword {
                tls.certificateVerification = .noHostnameVerification
                tls.trustRoots = .file(certificates.authority)
            }
            let front = try await KafkaFront(
                to: cluster, tls: isEncrypted ? try NIOSSLContext(configuration: tls) : nil,
                user: hasPassword ? KafkaFront.User(name: "parley", password: "sesame") : nil)
            let authority = entrance.authority == .right ? certificates.authority : certificates.strangeAuthority
            let settings = try settings(
                front.servers,
                """
                security_protocol: \(entrance.protocolName)
                sasl_username: parley
                sasl_password: \(entrance.password)
                sasl_mechanism: PLAIN
                ssl_cafile: \(authority)
                ssl_certfile: \(certificates.client.certificate)
                ssl_keyfile: \(certificates.client.key)
                ssl_check_hostname: \(entrance.checksHostname)
                """)
            try await Self.onThread { [events = events(0..<40)] in
                let broker = KafkaBroker(settings, variables: .none)
                defer { broker.close() }
                if let words = entrance.failure {
                    #expect {
                        try broker.connect()
                    } throws: { error in
                        "\(error)".contains(words)
                    }
                } else {
                    try broker.connect()
                    #expect(broker.publish(events).confirmed == 40)
                    #expect(try cluster.messages(count: 40).count == 40)
                }
            }
            try await front.close()
        }

        /// A broker blocks its thread.
        private static func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
            }
        }

        @Test func properties() throws {
            var settings = try settings("a:1")
            settings.securityProtocol = .saslSSL
            settings.username = "u"
            settings.password = Secret("p")
            settings.certificateAuthorities = "ca.pem"
            settings.certificate = "client.pem"
            settings.key = "client.key"
            settings.checksHostname = false
            let properties = Dictionary(settings.clientProperties) { $1 }
            #expect(properties["security.protocol"] == "SASL_SSL" && properties["sasl.mechanism"] == "PLAIN")
            #expect(properties["sasl.username"] == "u" && properties["sasl.password"] == "p")
            #expect(properties["ssl.endpoint.identification.algorithm"] == "none")
            #expect(properties["ssl.ca.location"] == "ca.pem")
            #expect(properties["ssl.certificate.location"] == "client.pem")
            #expect(properties["ssl.key.location"] == "client.key")
        }
    }

    extension KafkaConfiguration {
        fileprivate func with(_ change: (inout KafkaConfiguration) -> Void) -> KafkaConfiguration {
            var copy = self
            change(&copy)
            return copy
        }
    }
#endif
