import NIOCore
import NIOHTTP1
import NIOPosix

/// One HTTP/1.1 connection, opened when it is needed, with one request under way at a time. Nothing is sent again.
actor HTTPConnection {
    private let target: Target
    private let eventLoop: any EventLoop
    private let surplus: @Sendable () -> Void
    private var channel: (any NIOCore.Channel)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(to target: Target, eventLoop: any EventLoop, surplus: @escaping @Sendable () -> Void = {}) {
        self.target = target
        self.eventLoop = eventLoop
        self.surplus = surplus
    }

    /// Opens the connection if it is not open, and waits for the whole response.
    func exchange(_ method: HTTPMethod, _ path: String, _ body: String = "", within seconds: Double)
        async throws(ExchangeFailure) -> Response
    {
        let channel = try await open(within: seconds)
        var headers = HTTPHeaders([("Host", "\(target.host):\(target.port)")])
        if method != .GET {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(body.utf8.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: method, uri: target.prefix + path, headers: headers)
        let promise = eventLoop.makePromise(of: Response.self)
        let timer = eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            promise.fail(ExchangeFailure.timedOut)
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        let written = eventLoop.makePromise(of: Void.self)
        written.futureResult.whenFailure { _ in promise.fail(ExchangeFailure.cut) }
        channel.writeAndFlush(
            Exchange(head: head, body: ByteBuffer(string: body), response: promise), promise: written)
        do {
            return try await promise.futureResult.get()
        } catch {
            throw error as? ExchangeFailure ?? .cut
        }
    }

    func close() async {
        try? await channel?.close()
        channel = nil
    }

    private func open(within seconds: Double) async throws(ExchangeFailure) -> any NIOCore.Channel {
        if let channel, channel.isActive { return channel }
        do {
            let opened = try await ClientBootstrap(group: eventLoop)
                .connectTimeout(.nanoseconds(Int64(seconds * 1e9)))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { [surplus] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(ExchangeHandler(surplus: surplus))
                    }
                }
                .connect(host: target.host, port: target.port).get()
            channel = opened
            return opened
        } catch {
            throw .refused
        }
    }
}
