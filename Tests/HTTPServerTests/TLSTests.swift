import EventLoops
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import System
import TestSupport
import Testing

@testable import HTTPServer

#if canImport(Glibc)
    import Glibc
#endif

@Suite("TLS", .serialized)
struct TLSTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let now = 1_800_000_000.0

    private static func file(_ name: String) throws -> TLSMaterial.File {
        TLSMaterial.File(path: name, content: try File.read(Fixtures.shared("tls/\(name)")))
    }

    private func material(
        _ certificate: String = "server.pem", _ key: String = "server.key", authorities: String? = nil,
        password: String? = nil
    ) throws -> TLSMaterial {
        TLSMaterial(
            certificate: try Self.file(certificate), key: try Self.file(key),
            authorities: try authorities.map { try Self.file($0) }, password: password)
    }

    @Test(
        "material that cannot be used is refused with a sentence",
        arguments: [
            ("server.key", "server.key", nil, nil, .certificate, "holds no certificate"),
            ("server.pem", "server.pem", nil, nil, .key, "holds no private key"),
            ("server.pem", "other.key", nil, nil, .key, "does not belong to the certificate in 'server.pem'"),
            ("expired.pem", "server.key", nil, nil, .certificate, "expired on Fri, 01 Jan 2021"),
            ("server.pem", "encrypted.key", nil, nil, .key, "give its password by --ssl-password"),
            ("server.pem", "encrypted.key", nil, "sesam", .password, "does not open"),
            ("server.pem", "encrypted.key", nil, "", .password, "does not open"),
            ("server.pem", "server.key", "server.key", nil, .authorities, "holds no certificate"),
        ] as [(String, String, String?, String?, TLSError.Part, String)])
    func refusals(
        certificate: String, key: String, authorities: String?, password: String?, part: TLSError.Part, words: String
    ) throws {
        let material = try material(certificate, key, authorities: authorities, password: password)
        let error = #expect(throws: TLSError.self) { try TLSContext(material, now: now) }
        #expect(error?.part == part)
        #expect(error?.description.contains(words) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.description.contains("sesam") == false)
    }

    @Test("a certificate is not supported before its time, and after it only when that is said")
    func times() throws {
        let material = try material()
        #expect(throws: TLSError.self) { try TLSContext(material, now: 0) }
        #expect(throws: TLSError.self) { try TLSContext(material, now: 1e10) }
        #expect(throws: Never.self) { try TLSContext(material, now: nil) }
    }

    @Test("keys with a password are opened, and certificate and key may be in one file")
    func keys() throws {
        #expect(throws: Never.self) {
            try TLSContext(try material("server.pem", "encrypted.key", password: "sesame"), now: now)
        }
        #expect(throws: Never.self) { try TLSContext(try material(password: "not needed"), now: now) }
        let both = TLSMaterial.File(
            path: "both", content: try Self.file("server.pem").content + Self.file("server.key").content)
        #expect(throws: Never.self) { try TLSContext(TLSMaterial(certificate: both, key: both), now: now) }
    }

    // MARK: Connections

    private func withServer(
        _ material: TLSMaterial, limits: ServerLimits = ServerLimits(),
        _ body: (HTTPServer, Int) async throws -> Void
    ) async throws {
        let executor = LoopTaskExecutor(loop: group.next())
        let server = try await HTTPServer.start(
            sockets: [try Loopback.listen().descriptor], executor: executor, limits: limits,
            tls: try TLSContext(material, now: now), responder: Echo()
        ).get()
        try await body(server, try #require(server.addresses.first?.port))
        try await server.shutDown(within: .seconds(1)).get()
        try await group.shutdownGracefully()
    }

    private struct Certificate {
        let chain: String
        let key: String
    }

    /// Sends one request and reads to the end of the connection; empty where the handshake failed.
    private func ask(
        _ port: Int, _ request: String, trusting authority: String = "server.pem", with client: Certificate? = nil,
        closesOutput: Bool = false
    ) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(try Self.file(authority).content))
        if let client {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(try Self.file(client.chain).content)
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: try Self.file(client.key).content, format: .pem))
        }
        let context = try NIOSSLContext(configuration: configuration)
        let collector = Collector(group.next())
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandlers([tls, collector])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try? await channel.writeAndFlush(ByteBuffer(string: request))
        if closesOutput { try? await channel.close(mode: .output) }
        return try await collector.ended.futureResult.get()
    }

    private let request = "GET /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"

    @Test("requests are answered, large ones and streams too")
    func responses() async throws {
        try await withServer(try material()) { _, port in
            #expect(try await ask(port, request).hasPrefix("HTTP/1.1 200 OK\r\n"))
            let body = String(repeating: "x", count: 1_000_000)
            let large = try await ask(
                port,
                "POST /now HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1000000\r\n\r\n\(body)")
            #expect(large.hasSuffix(body))
            let stream = try await ask(port, "GET /stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            #expect(stream.hasSuffix("4\r\ntwo\n\r\n0\r\n\r\n"))
        }
    }

    @Test("a client that closed its side gets its answer")
    func halfClosed() async throws {
        try await withServer(try material()) { _, port in
            let response = try await ask(port, "GET /later HTTP/1.1\r\nhost: a\r\n\r\n", closesOutput: true)
            #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("with authorities only clients with their certificates are let in")
    func clientCertificates() async throws {
        let client = Certificate(chain: "client.pem", key: "client.key")
        let stranger = Certificate(chain: "other.pem", key: "other.key")
        try await withServer(try material(authorities: "ca.pem")) { (_: HTTPServer, port: Int) async throws -> Void in
            let known = try await ask(port, request, with: client)
            #expect(known.hasPrefix("HTTP/1.1 200 OK\r\n"))
            let nameless = try await ask(port, request)
            #expect(nameless.isEmpty)
            let unknown = try await ask(port, request, with: stranger)
            #expect(unknown.isEmpty)
        }
    }

    @Test("a changed certificate is served to connections that come after")
    func replacement() async throws {
        try await withServer(try material()) { server, port in
            let context = try TLSContext(try material("other.pem", "other.key"), now: now)
            try await group.next().submit { server.replaceTLS(by: context) }.get()
            #expect(try await ask(port, request).isEmpty)
            #expect(try await ask(port, request, trusting: "other.pem").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("plain HTTP, noise and handshakes that never end cost only their own connections")
    func handshakes() async throws {
        var limits = ServerLimits()
        limits.handshakeTime = .seconds(3)
        try await withServer(try material(), limits: limits) { _, port in
            var collectors: [Collector] = []
            for noise in [request, "", "\u{16}\u{3}\u{1}\u{0}\u{5}ab", String(repeating: "\u{16}\u{3}", count: 9000)] {
                let collector = Collector(group.next())
                collectors.append(collector)
                let channel = try await ClientBootstrap(group: group)
                    .channelInitializer { $0.pipeline.addHandler(collector) }
                    .connect(host: "127.0.0.1", port: port).get()
                try? await channel.writeAndFlush(ByteBuffer(string: noise))
            }
            for collector in collectors {
                #expect(try await !collector.ended.futureResult.get().hasPrefix("HTTP"))
            }
            #expect(try await ask(port, request).hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }
}
