import Foundation

import class TestSupport.MariaDBServer
import class TestSupport.MongoPeer
import class TestSupport.MongoServer
import class TestSupport.PostgreSQLServer

/// A tracker store that outlives the servers of a test, as a section of endpoints.yml.
struct TrackerDatabase {
    /// The kinds.
    enum Kind: String, CaseIterable, Sendable {
        case redis, sqlite, postgresql, mysql
        /// A stand-in for MongoDB, and a server where there is one.
        case mongoPeer, mongo

        /// Those that this machine and this build have.
        static let installed: [Kind] = {
            var kinds: [Kind] = [.redis, .sqlite]
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
    let section: String
    private let server: AnyObject?
    private let folder: Folder?

    private final class Folder {
        let url: URL
        init() throws { url = try ParleyServer.scratchFolder() }
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    init(_ kind: Kind) throws {
        let user = "  url: 127.0.0.1\n  db: rasa\n  username: parley\n  password: secret\n"
        switch kind {
        case .redis:
            let server = try RedisServer()
            (self.server, folder) = (server, nil)
            section = "tracker_store:\n\(server.endpoint)"
        case .sqlite:
            let made = try Folder()
            (server, folder) = (nil, made)
            section = "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: \(made.url.path)/rasa.db\n"
        case .postgresql:
            let server = try PostgreSQLServer()
            (self.server, folder) = (server, nil)
            section = "tracker_store:\n  type: SQL\n  dialect: postgresql\n  port: \(server.port)\n\(user)"
        case .mysql:
            let server = try MariaDBServer()
            (self.server, folder) = (server, nil)
            section = "tracker_store:\n  type: SQL\n  dialect: mysql\n  port: \(server.port)\n\(user)"
        case .mongoPeer:
            let server = try MongoPeer(password: "secret")
            (self.server, folder) = (server, nil)
            section =
                "tracker_store:\n  type: mongod\n  url: mongodb://127.0.0.1:\(server.port)\n  username: parley\n"
                + "  password: secret\n"
        case .mongo:
            let server = try MongoServer()
            (self.server, folder) = (server, nil)
            section = "tracker_store:\n  type: mongod\n  url: mongodb://127.0.0.1:\(server.port)\n"
        }
    }

    /// Ends the server with its connections, as its operator would.
    func stop() {
        (server as? PostgreSQLServer)?.stop()
        (server as? MongoPeer)?.stop()
    }

    /// Starts it again with what it held.
    func start() throws {
        try (server as? PostgreSQLServer)?.start()
        try (server as? MongoPeer)?.start()
    }
}
