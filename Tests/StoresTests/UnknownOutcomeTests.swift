import Dialogue
import NIOPosix
import Redis
import SQL
import TestSupport
import Testing

@testable import Stores

private let listen = Event(.action(ActionExecuted(name: "action_listen")), timestamp: 2.25)

@Suite("What became of a writing is called unknown where nobody can tell", .ownThread)
struct UnknownOutcomeTests {
    /// The kinds between which and their server a network can lose answers.
    private static let kinds = StoreUnderTest.Kind.shared.filter { $0 != .sqlite }

    /// A store of a kind behind a network.
    private func store(_ kind: StoreUnderTest.Kind, _ setup: StoreUnderTest) throws -> (any TrackerStore, TCPProxy) {
        switch kind {
        case .redis:
            let proxy = try TCPProxy(to: try #require(setup.redis).configuration.port)
            var configuration = RedisConfiguration(host: "127.0.0.1", port: proxy.port)
            configuration.patience = .milliseconds(500)
            let client = RedisClient(configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
            return (RedisTrackerStore(client: client, keyPrefix: RedisKeyPrefix(nil)), proxy)
        case .dynamo:
            let proxy = try TCPProxy(to: try MotoServer.shared.get().port)
            return (try StoreUnderTest.dynamo(port: proxy.port), proxy)
        case .postgresql, .mysql:
            var configuration = try kind == .mysql ? StoreUnderTest.mySQL() : StoreUnderTest.postgreSQL()
            let proxy = try TCPProxy(to: try #require(configuration.port))
            configuration.port = proxy.port
            return (SQLTrackerStore(client: SQLClient(configuration)), proxy)
        case .mongoPeer, .mongo:
            #if MongoDB
                let proxy = try TCPProxy(to: try StoreUnderTest.mongoPort(kind))
                return (MongoTrackerStore(MongoConfiguration(url: "mongodb://127.0.0.1:\(proxy.port)")), proxy)
            #else
                throw NoNetwork()
            #endif
        case .memory, .sqlite: throw NoNetwork()
        }
    }

    private struct NoNetwork: Error {}

    @Test("the answer to a writing is lost, and the server cannot be asked again", arguments: kinds)
    func lostResponses(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let (store, proxy) = try store(kind, setup)
        let first = try await store.append([listen], to: "unknown outcome", after: .start, fence: 1)
        // MySQL prepares a statement once, so the next response is that of the writing itself.
        let second = try await store.append([listen], to: "unknown outcome", after: first, fence: 2)
        proxy.set(.loseResponses)
        let error = await #expect(throws: StoreError.self) {
            try await store.append(Recorded.events(0..<2), to: "unknown outcome", after: second, fence: 3)
        }
        #expect(error?.code == .unknown)
        proxy.set(.forward)
        await store.close()
        await setup.close()
    }

    @Test("a server that was away from the start was not asked to write", arguments: kinds)
    func unreachable(kind: StoreUnderTest.Kind) async throws {
        let setup = try await StoreUnderTest(kind)
        let (store, proxy) = try store(kind, setup)
        proxy.set(.loseResponses)
        let error = await #expect(throws: StoreError.self) { try await store.load("unknown outcome") }
        #expect(error?.code == .unreachable)
        proxy.set(.forward)
        await store.close()
        await setup.close()
    }

    /// A database whose writing is done, and which fails at what is asked after it.
    private final class FailingAfterwards: SQLSession {
        private var isWritten = false

        func run(_ statement: SQLStatement) throws(SQLError) -> SQLResult {
            var result = SQLResult()
            if statement.text.contains("GET_LOCK") { result.rows = [[.integer(1)]] }
            if isWritten { throw SQLError(.unreachable, "the time is over") }
            return result
        }

        func runPipelined(_ statements: [SQLStatement]) throws(SQLError) -> [SQLResult] {
            isWritten = true
            return []
        }

        func begin() throws(SQLError) {}
        func commit() throws(SQLError) {}
        func rollback() throws(SQLError) {}
    }

    @Test("MySQL has written, and fails at what comes after it")
    func failureAfterwards() {
        let writing = EventWriting(
            conversation: "c", dialect: .mySQL, position: .start, rows: [EventRow(listen)], isWhole: false)
        let error = #expect(throws: SQLError.self) { try writing.run(FailingAfterwards()) }
        #expect(error?.code == .interrupted)
    }
}
