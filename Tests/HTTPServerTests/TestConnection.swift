import EventLoops
import NIOCore
import NIOEmbedded

@testable import HTTPServer

/// A server's connection without a socket, with a clock that stands still until it is moved.
final class TestConnection {
    let loop: EmbeddedEventLoop
    let channel: EmbeddedChannel
    let core: ServerCore
    /// Whether the server still reads.
    var isOpen: Bool { channel.isActive }

    init(
        limits: ServerLimits = ServerLimits(), responder: any Responder = Echo(), peer: String = "127.0.0.1",
        proxyProtocol: TrustedProxies? = nil, accessLog: AccessLog? = nil
    ) throws {
        loop = EmbeddedEventLoop()
        core = ServerCore(
            loop: loop, limits: limits, responder: responder, observer: NoObserver(),
            executor: LoopTaskExecutor(loop: loop))
        channel = EmbeddedChannel(loop: loop)
        channel.remoteAddress = try SocketAddress(ipAddress: peer, port: 1)
        core.proxyProtocol = proxyProtocol.map { ProxyProtocol(from: $0) }
        core.accessLog = accessLog.map { AccessLogWriter($0) }
        try HTTPServer.configure(channel, core: core)
        channel.connect(to: try SocketAddress(ipAddress: peer, port: 1), promise: nil)
    }

    /// Sends bytes as one read, lets everything happen, and returns what came back.
    func send(_ text: String) throws -> String {
        try send(bytes: Array(text.utf8))
    }

    func send(bytes: [UInt8]) throws -> String {
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
        loop.run()
        return try received()
    }

    /// What came back since the last time, without the headers that every response has.
    func received() throws -> String {
        var text = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("date: ") && $0 != "server: parley" }.joined(separator: "\n")
    }

    func pass(_ time: TimeAmount) throws -> String {
        loop.advanceTime(by: time)
        loop.run()
        return try received()
    }
}

/// Responds with what it was asked: at once for `/now…`, after a hop for the rest, in parts for `/stream`.
struct Echo: Responder {
    func respondAtOnce(to request: HTTPRequest) -> HTTPResponse? {
        request.path.hasPrefix("/now") ? respond(request) : nil
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        await Task.yield()
        guard request.path.hasPrefix("/stream") else { return respond(request) }
        return HTTPResponse(
            status: .ok, contentType: "text/event-stream",
            body: .stream { writer in
                if request.path == "/stream/empty" { return }
                if request.path == "/stream/fails" { throw APIError(.conflict, "Conflict", "No.") }
                await writer.write(Array("one\n".utf8))
                await Task.yield()
                if request.path == "/stream/breaks" { throw APIError(.conflict, "Conflict", "No.") }
                await writer.write(Array("two\n".utf8))
            })
    }

    private func respond(_ request: HTTPRequest) -> HTTPResponse {
        .text("\(request.method) \(request.path) \(String(buffer: request.body))")
    }
}
