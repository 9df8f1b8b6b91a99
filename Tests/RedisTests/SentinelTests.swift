import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport
import Testing

@Suite(
    "Redis found through sentinels", .enabled(if: RedisServer.isInstalled, "needs redis-server"),
    .timeLimit(.minutes(10)))
struct SentinelTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func configuration(_ ports: [Int], master: String = "parley") -> RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.sentinels = RedisSentinels(
            addresses: ports.map { RedisSentinels.Address(host: "127.0.0.1", port: $0) }, master: master)
        configuration.patience = .seconds(3)
        configuration.maxBackoff = .milliseconds(100)
        return configuration
    }

    @Test func followsTheMasterWhereItGoes() async throws {
        let first = try RedisServer()
        let second = try RedisServer(["--replicaof", "127.0.0.1", "\(first.port)", "--repl-diskless-sync-delay", "0"])
        let sentinel = try RedisSentinel(watching: first.port)
        // One sentinel is not there at all; the other one is enough.
        let client = RedisClient(configuration([try Loopback.sparePort(), sentinel.port]), eventLoop: loop)
        #expect(try await client.send(["SET", "k", "v"]) == .status("OK"))
        let spy = RedisClient(RedisConfiguration(host: "127.0.0.1", port: second.port), eventLoop: loop)
        #expect(try await eventually { try await spy.send(["GET", "k"]).string == "v" })
        try sentinel.awaitReplica()
        first.stop()
        #expect(try await eventually { (try? await client.send(["SET", "k", "w"])) == .status("OK") })
        #expect(try await spy.send(["GET", "k"]).string == "w")
        #expect(try await spy.send(["ROLE"]).array?.first?.string == "master")
        await client.close()
        await spy.close()
    }

    @Test func leavesAServerThatBecameAReplica() async throws {
        let server = try RedisServer()
        let other = try RedisServer()
        var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port)
        configuration.patience = .seconds(20)
        let client = RedisClient(configuration, eventLoop: loop)
        _ = try await client.send(["SET", "k", "v"])
        let spy = RedisClient(configuration, eventLoop: loop)
        _ = try await spy.send(["REPLICAOF", "127.0.0.1", .integer(other.port)])
        let error = await #expect(throws: RedisError.self) { try await client.send(["SET", "k", "w"]) }
        #expect(error?.code == .interrupted)
        #expect(error?.message.contains("READONLY") == true)
        _ = try await spy.send(["REPLICAOF", "NO", "ONE"])
        #expect(try await eventually { (try? await client.send(["SET", "k", "w"])) == .status("OK") })
        await client.close()
        await spy.close()
    }

    @Test func doesNotWriteToAReplicaThatIsNamedAsTheMaster() async throws {
        let other = try RedisServer()
        let copy = try RedisServer(["--replicaof", "127.0.0.1", "\(other.port)"])
        let sentinel = StubSentinel(loop, names: copy.port)
        let client = RedisClient(configuration([try await sentinel.start()]), eventLoop: loop)
        let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("is not the master but a slave") == true)
        await client.close()
        await sentinel.stop()
    }

    @Test func saysWhatIsWrong() async throws {
        let server = try RedisServer()
        let sentinel = try RedisSentinel(watching: server.port, password: "secret")
        func refusal(_ configuration: RedisConfiguration) async -> String {
            let client = RedisClient(configuration, eventLoop: loop)
            let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
            await client.close()
            return error?.message ?? ""
        }
        #expect(await refusal(configuration([sentinel.port])).contains("NOAUTH"))
        var named = configuration([sentinel.port], master: "other")
        named.sentinels?.password = "secret"
        #expect(await refusal(named).contains("no sentinel names the master 'other'"))
        #expect(await refusal(named).contains("does not know this master"))
        named.sentinels?.master = "parley"
        let client = RedisClient(named, eventLoop: loop)
        #expect(try await client.send(["PING"]) == .status("PONG"))
        await client.close()
    }
}

/// A sentinel that names whom it is told to name.
private final class StubSentinel: Sendable {
    private let loop: any EventLoop
    private let named: Int
    private let channel = Mutex<(any Channel)?>(nil)

    init(_ loop: any EventLoop, names port: Int) {
        self.loop = loop
        named = port
    }

    func start() async throws -> Int {
        let named = named
        let channel = try await ServerBootstrap(group: loop)
            .childChannelInitializer { $0.pipeline.addHandler(Responses(named: named)) }
            .bind(host: "127.0.0.1", port: 0).get()
        self.channel.withLock { $0 = channel }
        return channel.localAddress?.port ?? 0
    }

    func stop() async { try? await channel.withLock { $0 }?.close() }

    private final class Responses: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let named: Int
        init(named: Int) { self.named = named }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            let port = "\(named)"
            let address = "*2\r\n$9\r\n127.0.0.1\r\n$\(port.utf8.count)\r\n\(port)\r\n"
            let response = text.contains("SENTINEL") ? address : "+PONG\r\n"
            context.writeAndFlush(NIOAny(ByteBuffer(string: response)), promise: nil)
        }
    }
}
