import EventLoops
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

#if canImport(Glibc)
    import Glibc
#endif

@Suite("A server on a shared socket", .serialized)
struct ServerTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Runs a server and gives the port it listens on.
    private func withServer(
        limits: ServerLimits = ServerLimits(), observer: any ServerObserver = NoObserver(),
        responder: Slow = Slow(), _ body: (HTTPServer, Int) async throws -> Void
    ) async throws {
        let socket = try Loopback.listen().descriptor
        let executor = LoopTaskExecutor(loop: group.next())
        let server = try await HTTPServer.start(
            sockets: [socket], executor: executor, limits: limits, responder: responder, observer: observer
        ).get()
        let port = try #require(server.addresses.first?.port)
        try await body(server, port)
        try await server.shutDown(within: .seconds(1)).get()
        try await group.shutdownGracefully()
    }

    /// Sends a request on a connection of its own and reads to its end.
    private func ask(_ port: Int, _ text: String) async throws -> String {
        let client = try await Client.connect(port, group)
        try await client.send(text)
        return try await client.ended()
    }

    @Test("answers")
    func responses() async throws {
        try await withServer { _, port in
            let response = try await ask(port, "GET /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(response.hasSuffix("\r\n\r\n/a"))
            #expect(response.contains("\r\nserver: parley\r\n"))
        }
    }

    @Test("gives a client that sends too much its answer before it ends the connection")
    func lingers() async throws {
        var limits = ServerLimits()
        limits.maxBodyBytes = 1000
        try await withServer(limits: limits) { _, port in
            let body = String(repeating: "x", count: 3_000_000)
            let response = try await ask(
                port, "POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n\(body)")
            #expect(response.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("sends a large answer whole to a client that closed its side")
    func largeResponses() async throws {
        try await withServer { _, port in
            let client = try await Client.connect(port, group)
            try await client.send("GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
            try await client.channel.close(mode: .output)
            #expect(try await client.ended().utf8.count > 8_000_000)
        }
    }

    @Test("ends after the answers under way, and closes idle connections")
    func shutdown() async throws {
        let slow = Slow()
        try await withServer(responder: slow) { server, port in
            let idle = try await Client.connect(port, group)
            let busy = try await Client.connect(port, group)
            try await busy.send("GET /slow HTTP/1.1\r\nhost: a\r\n\r\n")
            await slow.begun()
            // If it waited for the idle one, the test would not end.
            try await server.shutDown(within: .seconds(3600)).get()
            #expect(try await busy.ended().hasSuffix("/slow"))
            #expect(try await idle.ended().isEmpty)
            await #expect(throws: (any Error).self) { try await Client.connect(port, group) }
        }
    }

    @Test("answers what has come before it closes a connection, though it had no time to read it", arguments: [0, 1])
    func unreadRequests(earlier: Int) async throws {
        let gate = Gate()
        try await withServer(observer: gate) { server, port in
            let request = "GET /a HTTP/1.1\r\nhost: a\r\n\r\n"
            let client = try Loopback.connect(to: port)
            #expect(eventually { gate.connections.load(ordering: .relaxed) == 1 })
            for _ in 0..<earlier {
                #expect(Loopback.send(request.utf8, to: client))
                #expect(receive(from: client) { $0.hasSuffix("/a") }.hasPrefix("HTTP/1.1 200 "))
            }
            // The loop cannot read the request before it ends the connections.
            let ended = try await group.next().submit {
                #expect(Loopback.send(request.utf8, to: client))
                return server.shutDown(within: .seconds(3600))
            }.get()
            let response = receive(from: client) { _ in false }
            #expect(response.hasPrefix("HTTP/1.1 200 ") && response.contains("\r\nconnection: close\r\n"))
            close(client)
            try await ended.get()
        }
    }

    /// What comes until that is enough, or until the server closes.
    private func receive(from socket: Int32, until isEnough: (String) -> Bool) -> String {
        var text = ""
        var byte: UInt8 = 0
        while !isEnough(text), recv(socket, &byte, 1, 0) == 1 { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    @Test("refuses what takes longer than the shutdown may")
    func impatientShutdown() async throws {
        let slow = Slow()
        try await withServer(responder: slow) { server, port in
            let busy = try await Client.connect(port, group)
            try await busy.send("GET /slower HTTP/1.1\r\nhost: a\r\n\r\n")
            await slow.begun()
            try await server.shutDown(within: .milliseconds(100)).get()
            #expect(try await busy.ended().contains("ServerEnds"))
        }
    }

    @Test("leaves connections in the backlog while the gate is shut")
    func gate() async throws {
        let gate = Gate()
        try await withServer(observer: gate) { _, port in
            gate.open.store(false, ordering: .relaxed)
            // One accept may have been under way before the gate was asked.
            _ = try await Client.connect(port, group)
            async let response = ask(port, "GET /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            async let other = ask(port, "GET /b HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            // It was asked, and asked again, while both were waiting.
            #expect(eventually { gate.refusals.load(ordering: .relaxed) >= 3 })
            let before = gate.connections.load(ordering: .relaxed)
            #expect(before <= 2)
            gate.open.store(true, ordering: .relaxed)
            #expect(try await response.hasSuffix("/a"))
            #expect(try await other.hasSuffix("/b"))
        }
    }

    @Test("takes no more connections than its limit at a time")
    func connectionLimit() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        let gate = Gate()
        try await withServer(limits: limits, observer: gate) { _, port in
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for number in 0..<20 {
                    tasks.addTask {
                        try await ask(port, "GET /\(number) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
                    }
                }
                for try await response in tasks { #expect(response.hasPrefix("HTTP/1.1 200 OK")) }
            }
            // The gate is asked before each batch of accepts.
            #expect(gate.maxCount.load(ordering: .relaxed) <= 5)
        }
    }
}

private struct Slow: Responder {
    private let requests: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init() { (requests, arrival) = AsyncStream.makeStream() }

    /// Waits until a request is under way.
    func begun() async { for await _ in requests { return } }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        arrival.yield()
        switch request.path {
        case "/slow": try? await Task.sleep(for: .milliseconds(300))
        case "/slower": try? await Task.sleep(for: .seconds(60))
        case "/large": return .text(String(repeating: "x", count: 8_000_000))
        default: break
        }
        return .text(String(request.path))
    }
}

private final class Gate: ServerObserver {
    let open = Atomic(true)
    let connections = Atomic(0)
    let maxCount = Atomic(0)
    /// How often it said that no connection may be taken.
    let refusals = Atomic(0)

    func connectionsChanged(to count: Int) {
        connections.store(count, ordering: .relaxed)
        maxCount.max(count, ordering: .relaxed)
    }
    func requestsInFlightChanged(to count: Int) {}
    func requestCompleted(_ request: CompletedRequest) {}
    func shouldAccept(isAwaited: () -> Bool) -> Bool {
        let isOpen = open.load(ordering: .relaxed)
        if !isOpen { refusals.add(1, ordering: .relaxed) }
        return isOpen
    }
}

/// A connection that keeps what it receives.
private struct Client {
    let channel: any Channel
    private let collector: Collector

    static func connect(_ port: Int, _ group: any EventLoopGroup) async throws -> Client {
        let collector = Collector(group.next())
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in channel.pipeline.addHandler(collector) }
            .connect(host: "127.0.0.1", port: port).get()
        return Client(channel: channel, collector: collector)
    }

    func send(_ text: String) async throws {
        // A server that refuses may end the connection before all is sent.
        try? await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// All that came until the server closed.
    func ended() async throws -> String {
        try await collector.ended.futureResult.get()
    }
}
