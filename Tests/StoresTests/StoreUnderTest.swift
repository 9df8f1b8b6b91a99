import AWS
import Dialogue
import NIOCore
import NIOPosix
import Redis
import SQL
import System
import TestSupport
import Testing

@testable import Stores

/// A kind of tracker store, with what a test needs to look behind it. Conversations of one server are shared by all
/// tests, so every test names its own.
struct StoreUnderTest {
    /// The kinds that this machine has a server for.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case memory, redis, sqlite, postgresql, mysql, dynamo
        /// A stand-in for MongoDB, and a server where there is one.
        case mongoPeer, mongo

        var testDescription: String { rawValue }

        var isInstalled: Bool {
            switch self {
            case .memory, .sqlite: true
            case .redis: RedisServer.isInstalled
            case .dynamo: MotoServer.isInstalled
            #if PostgreSQL
                case .postgresql: PostgreSQLServer.isInstalled
            #else
                case .postgresql: false
            #endif
            #if MySQL
                case .mysql: MariaDBServer.isInstalled
            #else
                case .mysql: false
            #endif
            #if MongoDB
                case .mongoPeer: true
                case .mongo: MongoServer.isInstalled
            #else
                case .mongoPeer, .mongo: false
            #endif
            }
        }

        /// Those that tests run with.
        static let installed = allCases.filter(\.isInstalled)
        /// Those that several programs can use at once.
        static let shared = installed.filter { $0 != .memory }
        /// Those that are SQL databases.
        static let sql = installed.filter { [.sqlite, .postgresql, .mysql].contains($0) }
        /// Those that are MongoDB or stand for it.
        static let mongos = installed.filter { [.mongoPeer, .mongo].contains($0) }
    }

    let store: any TrackerStore
    let redis: RedisClient?
    /// Another connection to the same database.
    let sql: SQLClient?
    private let redisServer: RedisServer?
    private let directory: TemporaryDirectory?
    private let configuration: SQLConfiguration?
    private let mongoDB: MongoConfiguration?

    init(_ kind: Kind) async throws {
        switch kind {
        case .memory:
            (store, redis, sql, redisServer, directory) = (InMemoryTrackerStore(), nil, nil, nil, nil)
            configuration = nil
        case .redis:
            let server = try RedisServer()
            (redisServer, redis, sql, directory) = (server, StoreUnderTest.client(server), nil, nil)
            configuration = nil
            store = RedisTrackerStore(client: StoreUnderTest.client(server), keyPrefix: RedisKeyPrefix(nil))
        case .dynamo:
            (redis, sql, redisServer, directory, configuration) = (nil, nil, nil, nil, nil)
            let store = try StoreUnderTest.dynamo()
            try await store.prepare()
            self.store = store
        case .mongoPeer, .mongo:
            (redis, sql, redisServer, directory, configuration) = (nil, nil, nil, nil, nil)
            let made = try StoreUnderTest.mongo(kind)
            mongoDB = made
            let store = MongoTrackerStore(made)
            try await store.prepare()
            self.store = store
            return
        case .sqlite, .postgresql, .mysql:
            let directory = kind == .sqlite ? try TemporaryDirectory() : nil
            let configuration = try StoreUnderTest.configuration(kind, directory)
            (redisServer, redis, sql) = (nil, nil, SQLClient(configuration))
            self.directory = directory
            self.configuration = configuration
            let store = SQLTrackerStore(client: SQLClient(configuration))
            try await store.prepare()
            self.store = store
        }
        mongoDB = nil
    }

    /// Another store on the same data, as another worker has it.
    func another() -> any TrackerStore {
        if let configuration { return SQLTrackerStore(client: SQLClient(configuration)) }
        if let redisServer {
            return RedisTrackerStore(client: StoreUnderTest.client(redisServer), keyPrefix: RedisKeyPrefix(nil))
        }
        if let mongoDB { return MongoTrackerStore(mongoDB) }
        return store is DynamoTrackerStore ? (try? StoreUnderTest.dynamo()) ?? store : store
    }

    static func mongo(_ kind: Kind) throws -> MongoConfiguration {
        MongoConfiguration(url: "mongodb://127.0.0.1:\(try mongoPort(kind))")
    }

    static func mongoPort(_ kind: Kind) throws -> Int {
        try kind == .mongo ? MongoServer.shared.get().port : MongoPeer.shared.get().port
    }

    /// - Parameter port: Where the stand-in is reached; nil for its own.
    static func dynamo(port: Int? = nil) throws -> DynamoTrackerStore {
        let address = port.map { ["AWS_ENDPOINT_URL": "http://127.0.0.1:\($0)"] } ?? [:]
        let variables = try MotoServer.shared.get().variables(address)
        let client = DynamoClient(
            region: "us-east-1", environment: AWSEnvironment(EnvironmentVariables { variables[$0] }),
            loop: MultiThreadedEventLoopGroup.singleton.any())
        return DynamoTrackerStore(client: client, table: "states")
    }

    func close() async {
        await store.close()
        await sql?.close()
        await redis?.close()
        withExtendedLifetime(self) {}
    }

    private static func configuration(_ kind: Kind, _ directory: TemporaryDirectory?) throws -> SQLConfiguration {
        switch kind {
        case .postgresql: return try postgreSQL()
        case .mysql: return try mySQL()
        default: return SQLConfiguration(.sqlite, database: "\(directory?.path ?? "")/rasa.db")
        }
    }

    static func postgreSQL() throws -> SQLConfiguration {
        try server(.postgreSQL, port: PostgreSQLServer.shared.get().port)
    }

    static func mySQL() throws -> SQLConfiguration {
        try server(.mySQL, port: MariaDBServer.shared.get().port)
    }

    static func server(_ dialect: SQLConfiguration.Dialect, port: Int) -> SQLConfiguration {
        var configuration = SQLConfiguration(dialect, database: "rasa")
        configuration.host = "127.0.0.1"
        configuration.port = port
        configuration.username = "parley"
        configuration.password = "secret"
        return configuration
    }

    static func client(_ server: RedisServer) -> RedisClient {
        RedisClient(
            RedisConfiguration(host: "127.0.0.1", port: server.port),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
    }
}
