import Glibc
import TestSupport
import Testing

@testable import SQL

/// A kind of database, with what it takes to reach one.
enum Database: String, CaseIterable, Sendable {
    case sqlite, postgresql, mysql

    static let installed: [Database] = {
        var kinds: [Database] = [.sqlite]
        #if PostgreSQL
            if PostgreSQLServer.isInstalled { kinds.append(.postgresql) }
        #endif
        #if MySQL
            if MariaDBServer.isInstalled { kinds.append(.mysql) }
        #endif
        return kinds
    }()

    func configuration(_ directory: TemporaryDirectory) throws -> SQLConfiguration {
        switch self {
        case .sqlite: SQLConfiguration(.sqlite, database: "\(directory.path)/test.db")
        case .postgresql: Self.server(.postgreSQL, port: try PostgreSQLServer.shared.get().port)
        case .mysql: Self.server(.mySQL, port: try MariaDBServer.shared.get().port)
        }
    }

    static func server(_ dialect: SQLConfiguration.Dialect, port: Int) -> SQLConfiguration {
        var configuration = SQLConfiguration(dialect, database: "rasa")
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.username = "parley"
        configuration.password = "secret"
        return configuration
    }
}

@Suite("A pool of connections to a database", .ownThread)
struct SQLClientTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("sends values apart from the text, and gives them back as they were", arguments: Database.installed)
    func values(database: Database) async throws {
        let client = SQLClient(try database.configuration(directory))
        let table = "values_\(database)"
        _ = try await client.write(
            [
                SQLStatement("DROP TABLE IF EXISTS \(table)"),
                SQLStatement("CREATE TABLE \(table) (i INTEGER, r DOUBLE PRECISION, t TEXT)"),
            ], isRepeatable: true)
        let long = String(repeating: "ü", count: 20_000)
        let rows: [[SQLValue]] = [
            [.integer(-5), .real(1_795_425_478.154833), .text("'; -- \u{1F469}\u{200D}\u{1F4BB}")],
            [.null, .null, .null], [.integer(0), .real(0.1), .text("")], [.integer(1), .real(-1e300), .text(long)],
        ]
        let inserts = rows.map { SQLStatement("INSERT INTO \(table) VALUES (?, ?, ?)", $0) }
        let results = try await client.write(inserts, isRepeatable: false)
        #expect(results.map(\.changes) == [1, 1, 1, 1])
        let read = try await client.read(SQLStatement("SELECT i, r, t FROM \(table)"))
        #expect(Set(read.map { $0.prefix(2) }) == Set(rows.map { $0.prefix(2) }))
        #expect(Set(read.map { $0[2] }) == Set(rows.map { $0[2] }))
        await client.close()
    }

    @Test("does a transaction wholly or not at all", arguments: Database.installed)
    func transactions(database: Database) async throws {
        let client = SQLClient(try database.configuration(directory))
        let table = "together_\(database)"
        _ = try await client.write(
            [SQLStatement("DROP TABLE IF EXISTS \(table)"), SQLStatement("CREATE TABLE \(table) (i INTEGER)")],
            isRepeatable: true)
        let error = await #expect(throws: SQLError.self) {
            try await client.write(
                [
                    SQLStatement("INSERT INTO \(table) VALUES (?)", [.integer(1)]),
                    SQLStatement("INSERT INTO \(table)_that_is_not_there VALUES (?)", [.integer(2)]),
                ], isRepeatable: false)
        }
        #expect(error?.code == .refused)
        #expect(try await client.read(SQLStatement("SELECT i FROM \(table)")).isEmpty)
        _ = try await client.write(
            [SQLStatement("INSERT INTO \(table) VALUES (?)", [.integer(3)])], isRepeatable: false)
        #expect(try await client.read(SQLStatement("SELECT i FROM \(table)")) == [[.integer(3)]])
        await client.close()
    }

    @Test("does not wait longer than it may for an answer", arguments: Database.installed.filter { $0 != .sqlite })
    func slowResponses(database: Database) async throws {
        var configuration = try database.configuration(directory)
        configuration.timeout = .seconds(5)
        let client = SQLClient(configuration)
        let statement = SQLStatement(database == .mysql ? "SELECT SLEEP(60)" : "SELECT pg_sleep(60)")
        let error = await #expect(throws: SQLError.self) {
            try await client.use(isRepeatable: false) { (session) throws(SQLError) in try session.run(statement) }
        }
        #expect(error?.code == .interrupted)
        #expect(try await client.read(SQLStatement("SELECT 1")) == [[.integer(1)]])
        await client.close()
    }

    @Test("does not wait longer than it may for a connection", arguments: Database.installed.filter { $0 != .sqlite })
    func silence(database: Database) async throws {
        let silent = try SilentPort()
        var configuration = Database.server(database == .mysql ? .mySQL : .postgreSQL, port: silent.port)
        configuration.connectTimeout = .seconds(2)
        let client = SQLClient(configuration)
        for _ in 0..<2 {
            let error = await #expect(throws: SQLError.self) { try await client.read(SQLStatement("SELECT 1")) }
            #expect(error?.code == .unreachable)
        }
        await client.close()
    }

    @Test(
        "does not hang where the network swallows everything", arguments: Database.installed.filter { $0 != .sqlite })
    func blackHole(database: Database) async throws {
        var configuration = try database.configuration(directory)
        let proxy = try TCPProxy(to: try #require(configuration.port))
        configuration.port = proxy.port
        configuration.timeout = .seconds(4)
        configuration.connectTimeout = .seconds(4)
        let client = SQLClient(configuration)
        #expect(try await client.read(SQLStatement("SELECT 1")) == [[.integer(1)]])
        proxy.set(.holdAll)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await #expect(throws: SQLError.self) { try await client.read(SQLStatement("SELECT 1")) }
                }
            }
        }
        proxy.set(.forward)
        let isBack = try await eventually { (try? await client.read(SQLStatement("SELECT 1"))) == [[.integer(1)]] }
        #expect(isBack)
        await client.close()
    }

    #if PostgreSQL
        @Test("finds a server again that was gone", .enabled(if: PostgreSQLServer.isInstalled, "needs postgresql"))
        func restart() async throws {
            let server = try PostgreSQLServer()
            let client = SQLClient(Database.server(.postgreSQL, port: server.port))
            #expect(try await client.read(SQLStatement("SELECT 1")) == [[.integer(1)]])
            server.stop()
            for _ in 0..<3 {
                let error = await #expect(throws: SQLError.self) { try await client.read(SQLStatement("SELECT 1")) }
                #expect(error?.code == .unreachable)
            }
            try server.start()
            let isBack = try await eventually { (try? await client.read(SQLStatement("SELECT 1"))) == [[.integer(1)]] }
            #expect(isBack)
            await client.close()
        }

        @Test("sends a transaction in one round trip", .enabled(if: PostgreSQLServer.isInstalled, "needs postgresql"))
        func roundTrips() async throws {
            let client = SQLClient(try Database.postgresql.configuration(directory))
            _ = try await client.read(SQLStatement("SELECT 1"))
            let before = client.roundTrips
            let statements = (0..<10).map { SQLStatement("SELECT ?", [.integer($0)]) }
            let results = try await client.write(statements, isRepeatable: true)
            #expect(results.map(\.rows) == (0..<10).map { [[.integer($0)]] })
            #expect(client.roundTrips - before == 1)
            await client.close()
        }
    #endif
}

/// A port that takes connections and never says a word.
private final class SilentPort {
    let port: Int
    private let descriptor: Int32

    init() throws {
        (descriptor, port) = try Loopback.listen()
    }

    deinit { close(descriptor) }
}
