import Foundation
package import TestSupport

/// A tracker store that outlives the servers of a test, as a section of endpoints.yml.
package struct TrackerDatabase {
    /// The kinds.
    package enum Kind: String, CaseIterable, Sendable {
        case redis, sqlite, postgresql, mysql
        /// A stand-in for DynamoDB.
        case dynamo
        /// A stand-in for MongoDB, and a server where there is one.
        case mongoPeer, mongo

        /// Those that this machine and this build have.
        package static let installed: [Kind] = {
            var kinds: [Kind] = [.redis, .sqlite]
            if MotoServer.isInstalled { kinds.append(.dynamo) }
            #if PostgreSQL
                if PostgreSQLServer.isInstalled { kinds.append(.postgresql) }
            #endif
            #if MySQL
                if MariaDBServer.isInstalled { kinds.append(.mysql) }
            #endif
            #if MongoDB
                kinds.append(.mongoPeer)
                if MongoServer.isInstalled { kinds.append(.mongo) }
            #endif
            return kinds
        }()
    }

    /// The section, with its name.
    package let section: String
    /// What a program finds in its environment to use it.
    package let environment: [String: String]
    /// The network between the server and who uses it; nil for a file, and unless a test asked for it.
    package let network: TCPProxy?
    private let server: AnyObject

    /// - Parameters:
    ///   - hasNetwork: Whether there is a network between that the test can break.
    ///   - route: Puts something else between: gets the server's port and gives the one to use.
    package init(_ kind: Kind, hasNetwork: Bool = false, route: ((Int) throws -> Int)? = nil) throws {
        let user = "  url: 127.0.0.1\n  db: rasa\n  username: parley\n  password: secret\n"
        var network: TCPProxy?
        var environment: [String: String] = [:]
        func port(_ port: Int) throws -> Int {
            guard hasNetwork else { return try route?(port) ?? port }
            let proxy = try TCPProxy(to: port)
            network = proxy
            return proxy.port
        }
        let settings: String
        switch kind {
        case .redis:
            let server = try RedisServer()
            self.server = server
            settings = "  type: redis\n  url: 127.0.0.1\n  port: \(try port(server.port))\n"
        case .sqlite:
            let directory = try TemporaryDirectory()
            server = directory
            settings = "  type: SQL\n  dialect: sqlite\n  db: \(directory.path)/rasa.db\n"
        case .postgresql:
            let server = try PostgreSQLServer()
            self.server = server
            settings = "  type: SQL\n  dialect: postgresql\n  port: \(try port(server.port))\n\(user)"
        case .mysql:
            let server = try MariaDBServer()
            self.server = server
            settings = "  type: SQL\n  dialect: mysql+pymysql\n  port: \(try port(server.port))\n\(user)"
        case .dynamo:
            let server = try MotoServer()
            self.server = server
            environment = server.variables(["AWS_ENDPOINT_URL": "http://127.0.0.1:\(try port(server.port))"])
            settings = "  type: dynamo\n  table_name: states\n"
        case .mongoPeer:
            let server = try MongoPeer(password: "secret")
            self.server = server
            settings =
                "  type: mongod\n  url: mongodb://127.0.0.1:\(try port(server.port))\n  username: parley\n"
                + "  password: secret\n"
        case .mongo:
            let server = try MongoServer()
            self.server = server
            settings = "  type: mongod\n  url: mongodb://127.0.0.1:\(try port(server.port))\n"
        }
        section = "tracker_store:\n\(settings)"
        self.environment = environment
        self.network = network
    }

    /// Ends the server with its connections, as its operator would.
    package func stop() {
        (server as? PostgreSQLServer)?.stop()
        (server as? MariaDBServer)?.stop()
        (server as? MongoPeer)?.stop()
    }

    /// Starts it again with what it held.
    package func start() throws {
        try (server as? PostgreSQLServer)?.start()
        try (server as? MariaDBServer)?.start()
        try (server as? MongoPeer)?.start()
    }
}
