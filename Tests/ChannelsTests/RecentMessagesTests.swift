import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@testable import Channels

@Suite("Messages that came before are known", .enabled(if: RedisServer.isInstalled, "there is no redis-server"))
struct RecentMessagesTests {
    /// What two workers remember, with one Redis.
    private func withWorkers(
        _ body: (_ one: RecentMessages, _ other: RecentMessages, RedisServer, RedisClient) async throws -> Void
    ) async throws {
        let redis = try RedisServer()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let configuration = RedisConfiguration(host: "127.0.0.1", port: redis.port)
        let clients = (1...2).map { _ in RedisClient(configuration, eventLoop: group.next()) }
        let workers = clients.map {
            RecentMessages(shared: .init(configuration: configuration, client: $0, prefix: RedisKeyPrefix(nil)))
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(workers[0], workers[1], redis, clients[0]))
        } catch {
            outcome = .failure(error)
        }
        for client in clients { await client.close() }
        try await group.shutdownGracefully()
        try outcome.get()
    }

    @Test("by every worker, for each channel by itself, until they are forgotten")
    func shared() async throws {
        try await withWorkers { one, other, _, client in
            #expect(await one.isNew("1", of: "slack"))
            #expect(await !other.isNew("1", of: "slack"))
            #expect(await !one.isNew("1", of: "slack"))
            #expect(await other.isNew("1", of: "facebook"))
            // A turn that did not happen may be tried again, anywhere.
            await one.forget("1", of: "slack")
            #expect(await one.isNew("1", of: "slack"))
            await one.forget("1", of: "slack")
            await one.isDone("2", of: "slack")
            #expect(await one.isNew("2", of: "slack"))
            let before = try await client.send(["TTL", "parley:channel:slack:seen:2"]).int ?? 0
            await one.isDone("2", of: "slack")
            let after = try await client.send(["TTL", "parley:channel:slack:seen:2"]).int ?? 0
            #expect((1...120).contains(before) && (3500...3600).contains(after))
        }
    }

    @Test("by the worker itself where Redis is away; others then may take them for new")
    func redisUnavailable() async throws {
        try await withWorkers { one, other, redis, _ in
            #expect(await one.isNew("1", of: "slack"))
            redis.stop()
            #expect(await !one.isNew("1", of: "slack"))
            #expect(await other.isNew("1", of: "slack"))
        }
    }
}
