import Foundation

import class TestSupport.MariaDBServer
import class TestSupport.PostgreSQLServer

/// A tracker store that outlives the servers of a test, as a section of endpoints.yml.
struct TrackerDatabase {
    /// The kinds.
    enum Kind: String, CaseIterable, Sendable {
        case redis, sqlite, postgresql, mysql

        /// Those that this machine and this build have.
        static let installed: [Kind] = {
            var kinds: [Kind] = [.redis, .sqlite]
            #if PostgreSQL
                if PostgreSQLServer.isInstalled { kinds.append(.postgresql) }
            #endif
            #if MySQL
                if MariaDBServer.isInstalled { kinds.append(.mysql) }
            #endif
            return kinds
        }()
    }

    /// The section, with its name.
    let section: String
    /// For tests that end the server.
    let postgreSQL: PostgreSQLServer?
    private let redis: RedisServer?
    private let mariaDB: MariaDBServer?
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
            (redis, postgreSQL, mariaDB, folder) = (server, nil, nil, nil)
            section = "tracker_store:\n\(server.endpoint)"
        case .sqlite:
            let made = try Folder()
            (redis, postgreSQL, mariaDB, folder) = (nil, nil, nil, made)
            section = "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: \(made.url.path)/rasa.db\n"
        case .postgresql:
            let server = try PostgreSQLServer()
            (redis, postgreSQL, mariaDB, folder) = (nil, server, nil, nil)
            section = "tracker_store:\n  type: SQL\n  dialect: postgresql\n  port: \(server.port)\n\(user)"
        case .mysql:
            let server = try MariaDBServer()
            (redis, postgreSQL, mariaDB, folder) = (nil, nil, server, nil)
            section = "tracker_store:\n  type: SQL\n  dialect: mysql\n  port: \(server.port)\n\(user)"
        }
    }
}
