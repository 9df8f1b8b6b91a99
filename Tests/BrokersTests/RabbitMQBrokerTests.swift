import Cryptography
import System
import YAML

#if RabbitMQ
    import Foundation
    import Settings
    import TestSupport
    import Testing

    @testable import Brokers

    @Suite(
        "RabbitMQ gets events as Rasa sends them", .enabled(if: RabbitMQServer.isInstalled, "no rabbitmq-server here"),
        .ownThread)
    struct RabbitMQBrokerTests {
        private func settings(_ port: Int, _ more: String = "", url: String = "127.0.0.1") throws
            -> RabbitMQConfiguration
        {
            let text = """
                event_broker:
                  type: pika
                  url: \(url)
                  port: \(port)
                  username: guest
                  password: guest
                \(more.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
                """
            let directory = try TemporaryDirectory()
            try text.write(toFile: "\(directory.path)/endpoints.yml", atomically: true, encoding: .utf8)
            guard
                case .rabbitMQ(let settings) = try Endpoints(path: "\(directory.path)/endpoints.yml").eventBroker?.kind
            else { throw BrokerError(.refused, "no settings") }
            return settings
        }

        private func events(_ range: Range<Int>) -> [OutgoingEvent] {
            range.map { OutgoingEvent(id: "box-\($0)", conversation: "anna", body: Array("{\"n\": \($0)}".utf8)) }
        }

        @Test func messagesAndProperties() throws {
            let server = try RabbitMQServer()
            let broker = RabbitMQBroker(
                try settings(server.port, "queues: [one, two]\nexchange_name: mine"),
                header: ("rasa-export-process-id", "abc"),
                variables: EnvironmentVariables { $0 == "RASA_ENVIRONMENT" ? "staging" : nil })
            try broker.connect()
            #expect(broker.publish(events(0..<700)).confirmed == 700)
            #expect(broker.publish(events(700..<701)).confirmed == 1)
            let reader = try RabbitMQReader(port: server.port)
            for queue in ["one", "two"] {
                let messages = reader.messages(in: queue)
                #expect(messages.map(\.text) == (0...700).map { "{\"n\": \($0)}" })
                #expect(messages.first?.app == "staging" && messages.first?.deliveryMode == 2)
                #expect(messages.first?.id == "box-0")
                #expect(messages.first?.headers == ["rasa-export-process-id": "abc"])
            }
            broker.close()

            let plain = RabbitMQBroker(try settings(server.port), variables: .none)
            try plain.connect()
            #expect(plain.publish(events(0..<1)).confirmed == 1)
            let message = reader.messages(in: "rasa_core_events").first
            #expect(message?.app == nil && message?.headers == [:] && message?.priority == 0)
        }

        @Test("A restart of the server loses nothing, and a queue of another kind is said to be in the way")
        func restart() throws {
            let server = try RabbitMQServer()
            let broker = RabbitMQBroker(try settings(server.port), variables: .none)
            try broker.connect()
            #expect(broker.publish(events(0..<10)).confirmed == 10)
            server.stop()
            let outcome = broker.publish(events(10..<20))
            #expect(outcome.confirmed == 0 && outcome.failure?.code == .unreachable)
            broker.close()
            #expect { try broker.connect() } throws: { ($0 as? BrokerError)?.code == .unreachable }
            try server.start()
            try broker.connect()
            #expect(broker.publish(events(10..<20)).confirmed == 10)
            let reader = try RabbitMQReader(port: server.port)
            #expect(reader.messages(in: "rasa_core_events").map(\.id) == (0..<20).map { "box-\($0)" })

            var wrong = try settings(server.port)
            wrong.password = Secret("wrong")
            #expect { try RabbitMQBroker(wrong, variables: .none).connect() } throws: { ($0 as? BrokerError) != nil }
            let kind = try settings(server.port, "exchange_name: amq.direct")
            #expect { try RabbitMQBroker(kind, variables: .none).connect() } throws: {
                ($0 as? BrokerError)?.code == .refused && "\($0)".contains("amq.direct")
            }
        }

        @Test func encrypted() throws {
            let directory = try TemporaryDirectory()
            let files = try Certificates(in: directory.path)
            let server = try RabbitMQServer(
                tls: RabbitMQServer.TLS(
                    authorities: files.authority, certificate: files.certificate, key: files.key))
            let port = try #require(server.tlsPort)
            let query = "cafile=\(files.authority)&certfile=\(files.certificate)&keyfile=\(files.key)"
            let broker = RabbitMQBroker(
                try settings(port, url: "\"amqps://localhost:\(port)/?\(query)\""), variables: .none)
            try broker.connect()
            #expect(broker.publish(events(0..<3)).confirmed == 3)
            // Without the authority's certificate the server is not trusted.
            let suspicious = RabbitMQBroker(
                try settings(port, url: "127.0.0.1"),
                variables: EnvironmentVariables {
                    switch $0 {
                    case "RABBITMQ_SSL_CLIENT_CERTIFICATE": files.certificate
                    case "RABBITMQ_SSL_CLIENT_KEY": files.key
                    default: nil
                    }
                })
            #expect { try suspicious.connect() } throws: {
                ($0 as? BrokerError)?.code == .refused && "\($0)".contains("cafile")
            }
        }

        @Test(arguments: [
            ("amqp://localhost", 5672, "localhost", 5672, "/", false),
            ("amqp://u:p@rabbit:1234/my%2Fhost?heartbeat=5", 5672, "rabbit", 1234, "my/host", false),
            ("amqps://[::1]:1/", 5672, "::1", 1, "/", true),
            ("rabbit.example", 99, "rabbit.example", 99, "/", false),
        ])
        func addresses(_ url: String, _ given: Int, _ host: String, _ port: Int, _ virtual: String, _ tls: Bool) throws
        {
            let address = try RabbitMQAddress(
                try settings(given, url: "\"\(url)\""), variables: .none)
            #expect(address.host == host && address.port == port && address.virtualHost == virtual)
            #expect((address.tls != nil) == tls)
        }

        @Test("The name says where the server is, and no secret; the authorities' file has two names")
        func names() throws {
            let url = "\"amqps://u:secret@rabbit:1234/my%2Fhost?cacertfile=ca.pem\""
            let settings = try settings(5672, url: url)
            #expect(RabbitMQBroker(settings).name == "RabbitMQ at rabbit:1234, virtual host my/host")
            #expect(RabbitMQBroker(try self.settings(5, url: "rabbit")).name == "RabbitMQ at rabbit:5")
            let address = try RabbitMQAddress(settings, variables: .none)
            #expect(address.tls?.certificateAuthorities == "ca.pem")
        }

        @Test("Where nobody listens the place is named")
        func nobody() throws {
            let port = try Loopback.sparePort()
            #expect {
                try RabbitMQBroker(try settings(port), variables: .none).connect()
            } throws: {
                ($0 as? BrokerError)?.code == .unreachable && "\($0)".contains("127.0.0.1, port \(port)")
            }
        }
    }

    /// An authority and a certificate for `localhost`, made by `openssl`.
    struct Certificates {
        let authority: String
        let certificate: String
        let key: String

        init(in directory: String) throws {
            authority = "\(directory)/ca.pem"
            certificate = "\(directory)/cert.pem"
            key = "\(directory)/key.pem"
            let script = """
                cd \(directory)
                openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-ca
                openssl req -newkey rsa:2048 -nodes -keyout key.pem -out cert.csr -subj /CN=localhost
                printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ext
                openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem
                chmod 644 *.pem
                """
            try RunningProcess.run(["/bin/sh", "-e", "-c", script])
        }
    }
#endif
