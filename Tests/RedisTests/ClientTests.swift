import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport
import Testing

@Suite(
    "The Redis client",
    .enabled(if: RedisServer.isInstalled, "needs redis-server"), .timeLimit(.minutes(10)))
struct ClientTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func configuration(_ server: RedisServer) -> RedisConfiguration {
        RedisConfiguration(host: "127.0.0.1", port: server.port)
    }

    @Test func responsesEveryKindOfValue() async throws {
        let server = try RedisServer()
        let client = RedisClient(configuration(server), eventLoop: loop)
        let odd: [UInt8] = [0, 13, 10, 255]
        #expect(try await client.send(["SET", .bytes(odd), .bytes(odd)]) == .status("OK"))
        #expect(try await client.send(["GET", .bytes(odd)]) == .bytes(odd))
        #expect(try await client.send(["GET", "none"]) == .null)
        #expect(try await client.send(["INCRBY", "n", -5]) == .integer(-5))
        let script = RedisScript("return {1, 'two', false, {err = 'three'}, {'four'}}")
        let response = try await client.run(script, keys: [], arguments: [])
        #expect(
            response
                == .array([
                    .integer(1), .bytes(Array("two".utf8)), .null, .error("three"),
                    .array([.bytes(Array("four".utf8))]),
                ]))
        await client.close()
    }

    @Test func keepsTheOrderOfCommandsAndSendsThemTogether() async throws {
        let server = try RedisServer()
        let client = RedisClient(configuration(server), eventLoop: loop)
        let responses = Mutex<[Int]>([])
        try await loop.submit {
            for _ in 0..<1000 {
                client.submit(["INCR", "n"]) { result in
                    if case .success(.integer(let value)) = result { responses.withLock { $0.append(value) } }
                }
            }
        }.get()
        #expect(try await client.send(["GET", "n"]) == .bytes(Array("1000".utf8)))
        #expect(responses.withLock { $0 } == Array(1...1000))
        #expect(client.commandCount == 1001)
        await client.close()
    }

    @Test func logsInAndSelectsItsDatabase() async throws {
        let server = try RedisServer(["--requirepass", "secret"])
        var configuration = configuration(server)
        configuration.patience = .seconds(2)
        let stranger = RedisClient(configuration, eventLoop: loop)
        let refusal = await #expect(throws: RedisError.self) { try await stranger.send(["GET", "k"]) }
        #expect(refusal?.code == .unreachable)
        #expect(refusal?.message.contains("NOAUTH") == true)
        await stranger.close()

        configuration.patience = .seconds(20)
        configuration.password = "secret"
        configuration.username = "default"
        configuration.database = 3
        let client = RedisClient(configuration, eventLoop: loop)
        _ = try await client.send(["SET", "k", "v"])
        #expect(try await client.send(["GET", "k"]).string == "v")
        await client.close()

        configuration.database = 0
        let elsewhere = RedisClient(configuration, eventLoop: loop)
        let found = try await elsewhere.send(["GET", "k"])
        #expect(found == .null)
        await elsewhere.close()
    }

    @Test func logsInWithoutAPassword() async throws {
        let server = try RedisServer([
            "--user", "default", "off", "--user", "app", "on", "nopass", "~*", "&*", "+@all",
        ])
        var configuration = configuration(server)
        configuration.username = "app"
        let client = RedisClient(configuration, eventLoop: loop)
        #expect(try await client.send(["ACL", "WHOAMI"]).string == "app")
        await client.close()
    }

    @Test func runsAScriptThatTheServerForgot() async throws {
        let server = try RedisServer()
        let script = RedisScript("return tonumber(ARGV[1]) + 1")
        let client = RedisClient(configuration(server), scripts: [script], eventLoop: loop)
        #expect(try await client.run(script, keys: [], arguments: [1]) == .integer(2))
        #expect(client.commandCount == 1)
        _ = try await client.send(["SCRIPT", "FLUSH"])
        #expect(try await client.run(script, keys: [], arguments: [2]) == .integer(3))
        let error = await #expect(throws: RedisError.self) {
            try await client.run(RedisScript("return redis.call('NONSENSE')"), keys: [], arguments: [])
        }
        #expect(error?.code == .refused)
        await client.close()
    }

    @Test func comesBackAfterARestart() async throws {
        let server = try RedisServer()
        var configuration = configuration(server)
        // A loaded machine may take its time to start the server again.
        configuration.patience = .seconds(60)
        let client = RedisClient(configuration, eventLoop: loop)
        _ = try await client.send(["PING"])
        server.stop()
        let (outcomes, continuation) = AsyncStream.makeStream(of: Result<RedisValue, RedisError>.self)
        try await loop.submit { client.submit(["PING"]) { continuation.yield($0) } }.get()
        try server.start()
        // Sent before the loss was noticed it is interrupted, otherwise it waits; both are right.
        for await outcome in outcomes {
            if case .failure(let error) = outcome { #expect(error.code == .interrupted) }
            break
        }
        #expect(try await client.send(["PING"]) == .status("PONG"))
        await client.close()
    }

    @Test func failsWithOneClearErrorWhenNothingListens() async throws {
        var configuration = RedisConfiguration(host: "127.0.0.1", port: try Loopback.sparePort())
        configuration.patience = .seconds(1)
        let client = RedisClient(configuration, eventLoop: loop)
        let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
        #expect(error?.code == .unreachable)
        #expect(
            error?.message.contains("Redis at 127.0.0.1:\(configuration.port) cannot be reached: Connection refused")
                == true)
        #expect(error?.message.contains("refused") == true)
        await client.close()
        let closed = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
        #expect(closed?.code == .closed)
    }

    @Test func givesUpOnAServerThatStandsStill() async throws {
        let server = try RedisServer()
        var configuration = configuration(server)
        configuration.replyTimeout = .seconds(600)
        configuration.patience = .seconds(10)
        let client = RedisClient(configuration, eventLoop: loop)
        _ = try await client.send(["PING"])
        server.pause()
        let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
        #expect(error?.code == .interrupted)
        // Found out on a second connection, long before the response is overdue.
        #expect(error?.message.contains("does not respond") == true)
        server.resume()
        #expect(try await client.send(["PING"]) == .status("PONG"))
        await client.close()
    }

    /// The server is asked on a second connection several times meanwhile, and says that it is there.
    @Test func waitsForASlowCommandOfAServerThatLives() async throws {
        let server = try RedisServer()
        let client = RedisClient(configuration(server), eventLoop: loop)
        #expect(try await client.send(["BLPOP", "nothing", "3"]) == .null)
        await client.close()
    }

    @Test func receivesMessagesAlsoAfterALostConnection() async throws {
        let server = try RedisServer()
        let client = RedisClient(configuration(server), eventLoop: loop)
        let (events, continuation) = AsyncStream.makeStream(of: RedisSubscription.Event.self)
        let subscription = RedisSubscription(configuration(server), channels: ["a", "b"], eventLoop: loop) {
            continuation.yield($0)
        }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .started)
        _ = try await client.send(["PUBLISH", "b", "hello"])
        #expect(await iterator.next() == .message(channel: "b", payload: Array("hello".utf8)))
        _ = try await client.send(["CLIENT", "KILL", "TYPE", "pubsub"])
        #expect(await iterator.next() == .started)
        _ = try await client.send(["PUBLISH", "a", "again"])
        #expect(await iterator.next() == .message(channel: "a", payload: Array("again".utf8)))
        await subscription.close()
        await client.close()
    }
}
