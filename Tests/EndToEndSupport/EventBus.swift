import Foundation
import JSON
import SQL
import TestSupport

/// A place that events are published to, as a section of endpoints.yml.
package final class EventBus: @unchecked Sendable {
    // @unchecked: a test calls its methods one after another.

    /// The kinds.
    package enum Kind: String, CaseIterable, Sendable {
        case rabbitMQ, kafka, postgresql, mysql

        /// Those that this machine and this build have.
        package static let installed: [Kind] = {
            var kinds: [Kind] = []
            #if RabbitMQ
                if RabbitMQServer.isInstalled { kinds.append(.rabbitMQ) }
            #endif
            #if Kafka
                kinds.append(.kafka)
            #endif
            #if PostgreSQL
                if PostgreSQLServer.isInstalled { kinds.append(.postgresql) }
            #endif
            #if MySQL
                if MariaDBServer.isInstalled { kinds.append(.mysql) }
            #endif
            return kinds
        }()
    }

    /// What can happen to it.
    package enum Trouble: String, CaseIterable, Sendable {
        case absence = "away"
        case blackHole = "behind a network that loses everything"
        case lostResponses = "behind a network that loses its answers"
    }

    /// The section, with its name, but for the directory of the outbox.
    package let section: String
    /// The network between the bus and who uses it; nil for Kafka, whose servers say themselves where they are.
    private let network: TCPProxy?
    private let server: Server
    /// The numbers of the rows that were read. A row may be seen after one with a higher number: which of two is
    /// visible first is decided when they are committed.
    private var rows: Set<Int> = []

    private enum Server {
        #if RabbitMQ
            case rabbitMQ(RabbitMQServer, RabbitMQReader)
        #endif
        #if Kafka
            case kafka(KafkaCluster)
        #endif
        case postgresql(PostgreSQLServer)
        case mysql(MariaDBServer)
    }

    package init(_ kind: Kind) throws {
        let login = "  username: parley\n  password: secret\n  db: rasa\n"
        switch kind {
        case .rabbitMQ:
            #if RabbitMQ
                let server = try RabbitMQServer()
                let network = try TCPProxy(to: server.port)
                self.network = network
                self.server = .rabbitMQ(server, try RabbitMQReader(port: server.port))
                section =
                    "event_broker:\n  type: pika\n  url: 127.0.0.1\n  port: \(network.port)\n  username: guest\n"
                    + "  password: guest\n  queues: [events]\n  retry_delay_in_seconds: 1\n"
            #else
                throw TestFailure("this build has no RabbitMQ")
            #endif
        case .kafka:
            #if Kafka
                let cluster = try KafkaCluster(partitions: 8)
                network = nil
                server = .kafka(cluster)
                section =
                    "event_broker:\n  type: kafka\n  url: \(cluster.servers)\n  topic: events\n"
                    + "  security_protocol: PLAINTEXT\n  partition_by_sender: true\n"
            #else
                throw TestFailure("this build has no Kafka")
            #endif
        case .postgresql:
            let server = try PostgreSQLServer()
            let network = try TCPProxy(to: server.port)
            self.network = network
            self.server = .postgresql(server)
            section =
                "event_broker:\n  type: SQL\n  dialect: postgresql\n  url: 127.0.0.1\n  port: \(network.port)\n\(login)"
        case .mysql:
            let server = try MariaDBServer()
            let network = try TCPProxy(to: server.port)
            self.network = network
            self.server = .mysql(server)
            section =
                "event_broker:\n  type: SQL\n  dialect: mysql\n  url: 127.0.0.1\n  port: \(network.port)\n\(login)"
        }
    }

    /// Lets something happen to it.
    package func begin(_ trouble: Trouble) {
        switch (trouble, server) {
        #if RabbitMQ
            case (.absence, .rabbitMQ(let server, _)): server.stop()
        #endif
        #if Kafka
            case (.absence, .kafka(let cluster)): cluster.stop()
            case (.blackHole, .kafka(let cluster)), (.lostResponses, .kafka(let cluster)):
                cluster.delayResponses(milliseconds: 60_000)
        #endif
        case (.absence, .postgresql(let server)): server.stop()
        case (.absence, .mysql(let server)): server.stop()
        case (.blackHole, _): network?.set(.holdAll)
        case (.lostResponses, _): network?.set(.holdResponses)
        }
    }

    /// Puts an end to it.
    package func end(_ trouble: Trouble) throws {
        switch (trouble, server) {
        #if RabbitMQ
            case (.absence, .rabbitMQ(let server, _)): try server.start()
        #endif
        #if Kafka
            case (.absence, .kafka(let cluster)): cluster.start()
            case (.blackHole, .kafka(let cluster)), (.lostResponses, .kafka(let cluster)):
                cluster.delayResponses(milliseconds: 0)
        #endif
        case (.absence, .postgresql(let server)): try server.start()
        case (.absence, .mysql(let server)): try server.start()
        case (.blackHole, _), (.lostResponses, _): network?.set(.forward)
        }
    }

    /// Adds what was published to what a consumer has seen.
    package func read(into published: inout PublishedEvents) throws {
        switch server {
        #if RabbitMQ
            case .rabbitMQ(_, let reader):
                for message in reader.messages(in: "events") { published.add(message.body, id: message.id) }
        #endif
        #if Kafka
            case .kafka(let cluster):
                for message in try cluster.messages(quietFor: 1) {
                    published.add(Array(message.body.utf8), id: message.headers["message_id"] ?? "")
                }
        #endif
        case .postgresql(let server): try read(.postgreSQL, port: server.port, into: &published)
        case .mysql(let server): try read(.mySQL, port: server.port, into: &published)
        }
    }

    /// Rasa's table has no place for an event's name; no two events of a conversation are the same.
    private func read(
        _ dialect: SQLConfiguration.Dialect, port: Int, into published: inout PublishedEvents
    ) throws {
        var configuration = SQLConfiguration(dialect, database: "rasa")
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.username = "parley"
        configuration.password = "secret"
        let found = try SQLThreadConnection(configuration).use { (session) throws(SQLError) -> [[SQLValue]] in
            // A worker makes the table when it has something to publish.
            let tables = "SELECT 1 FROM information_schema.tables WHERE table_name = 'events'"
            guard try !session.run(SQLStatement(tables)).rows.isEmpty else { return [] }
            return try session.run(SQLStatement("SELECT id, data FROM events ORDER BY id")).rows
        }
        for row in found {
            guard case .integer(let number) = row[0], case .text(let body) = row[1], rows.insert(number).inserted else {
                continue
            }
            published.add(Array(body.utf8), id: body)
        }
    }
}
