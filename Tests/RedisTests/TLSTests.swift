import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@Suite(
    "Redis over TLS",
    .enabled(
        if: RedisServer.isInstalled && TestCertificates.isPossible, "needs redis-server and the openssl command"),
    .timeLimit(.minutes(10)))
struct TLSTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let certificates: TestCertificates
    private let server: RedisServer

    init() throws {
        certificates = try TestCertificates()
        server = try RedisServer(certificates: certificates)
    }

    private func configuration(_ change: (inout RedisTLS) -> Void = { _ in }) -> RedisConfiguration {
        var tls = RedisTLS(
            authorities: certificates.authority, certificate: certificates.client.certificate,
            key: certificates.client.key)
        change(&tls)
        var configuration = RedisConfiguration(host: "127.0.0.1", port: server.port, tls: tls)
        configuration.patience = .seconds(2)
        return configuration
    }

    /// The words with which a connection fails.
    private func refusal(_ configuration: RedisConfiguration) async -> String {
        let client = RedisClient(configuration, eventLoop: loop)
        let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
        await client.close()
        return error?.message ?? ""
    }

    @Test func showsItsCertificateAndSubscribesToo() async throws {
        let client = RedisClient(configuration(), eventLoop: loop)
        let (events, continuation) = AsyncStream.makeStream(of: RedisSubscription.Event.self)
        let subscription = RedisSubscription(configuration(), channels: ["a"], eventLoop: loop) {
            continuation.yield($0)
        }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == .started)
        let long = String(repeating: "long ", count: 100_000)
        _ = try await client.send(["SET", "k", .text(long)])
        #expect(try await client.send(["GET", "k"]).string == long)
        _ = try await client.send(["PUBLISH", "a", "b"])
        #expect(await iterator.next() == .message(channel: "a", payload: [UInt8(ascii: "b")]))
        await subscription.close()
        await client.close()
    }

    @Test func comesBackAfterARestart() async throws {
        var configuration = configuration()
        configuration.patience = .seconds(20)
        let client = RedisClient(configuration, eventLoop: loop)
        _ = try await client.send(["PING"])
        try server.start()
        do { _ = try await client.send(["PING"]) } catch { #expect(error.code == .interrupted) }
        #expect(try await client.send(["PING"]) == .status("PONG"))
        await client.close()
    }

    @Test func saysWhoseCertificateIsNotTrusted() async throws {
        let strange = configuration { $0.authorities = certificates.strangeAuthority }
        #expect(await refusal(strange).contains("not signed by a trusted authority"))
        #expect(await refusal(configuration { $0.authorities = nil }).contains("'ssl_ca_certs' must name"))
        let anonymous = configuration {
            $0.certificate = nil
            $0.key = nil
        }
        #expect(await refusal(anonymous).contains("set 'ssl_certfile' and 'ssl_keyfile'"))
    }

    @Test func checksTheHostNameOnlyIfToldTo() async throws {
        var named = configuration()
        named.host = "localhost"
        let client = RedisClient(named, eventLoop: loop)
        #expect(try await client.send(["PING"]) == .status("PONG"))
        await client.close()
        named.tls?.checksHostName = true
        #expect(await refusal(named).contains("for another host name"))
    }

    @Test func namesFilesThatCannotBeUsed() async throws {
        #expect(await refusal(configuration { $0.authorities = "/nonexistent" }).contains("'ssl_ca_certs': '/nonex"))
        #expect(await refusal(configuration { $0.certificate = $0.key }).contains("'ssl_certfile': '/tmp"))
        #expect(await refusal(configuration { $0.key = $0.authorities }).contains("'ssl_keyfile': '/tmp"))
        let pair = await refusal(configuration { $0.key = certificates.server.key })
        #expect(pair.contains("do not belong together"))
    }

    @Test func saysWhenOneSideDoesNotEncrypt() async throws {
        let open = try RedisServer()
        var configuration = configuration()
        configuration.port = open.port
        #expect(await refusal(configuration).contains("does not respond (if it does not speak TLS"))
        configuration.port = server.port
        configuration.tls = nil
        #expect(await refusal(configuration).contains("set 'use_ssl: true'"))
    }

    @Test func advisesOnPasswordsAndDatabases() async throws {
        let open = try RedisServer(["--requirepass", "secret"])
        var configuration = RedisConfiguration(host: "127.0.0.1", port: open.port)
        configuration.patience = .seconds(2)
        #expect(await refusal(configuration).contains("NOAUTH Authentication required. (set 'password')"))
        configuration.password = "wrong"
        #expect(await refusal(configuration).contains("(correct 'username' and 'password')"))
        configuration.password = "secret"
        configuration.database = 99
        #expect(await refusal(configuration).contains("(correct 'db')"))
    }
}
