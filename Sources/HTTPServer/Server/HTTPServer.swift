package import EventLoops
package import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP/1.1 server on a socket that somebody else bound, on one event loop.
package final class HTTPServer: @unchecked Sendable {
    // @unchecked: everything mutable is touched on the event loop only.

    private let core: ServerCore
    private let listener: any Channel
    private var ended: EventLoopPromise<Void>?

    private init(core: ServerCore, listener: any Channel) {
        self.core = core
        self.listener = listener
    }

    /// Starts to accept connections.
    ///
    /// - Parameters:
    ///   - socket: A bound socket, listening or not. The server closes it in the end; other processes may share it.
    ///   - executor: What the requests' tasks run on; its loop is the server's.
    ///   - limits: Sizes, times and numbers that hold for every connection.
    ///   - tls: Encrypts the connections; nil for plain HTTP.
    ///   - responder: Answers the requests.
    ///   - observer: Is told what happens, and asked before connections are accepted.
    /// - Returns: The server once it accepts; an `IOError` where the socket is none or cannot listen.
    package static func start(
        socket: CInt, executor: LoopTaskExecutor, limits: ServerLimits = ServerLimits(), tls: TLSContext? = nil,
        responder: any Responder, observer: any ServerObserver = NoObserver()
    ) -> EventLoopFuture<HTTPServer> {
        let core = ServerCore(
            loop: executor.loop, limits: limits, responder: responder, observer: observer, executor: executor)
        core.tls = tls
        let gate = AcceptGate(core: core, socket: socket)
        core.somethingEnded = { [weak gate] in gate?.askAgain() }
        return ServerBootstrap(group: executor.loop)
            .serverChannelOption(.backlog, value: limits.backlog)
            // Few accepts at a time leave connections for the other workers on the same socket.
            .serverChannelOption(.maxMessagesPerRead, value: 4)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(gate) }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try HTTPServer.configure(channel, core: core) }
            }
            .withBoundSocket(socket)
            .map { HTTPServer(core: core, listener: $0) }
    }

    /// The handlers of one connection.
    static func configure(_ channel: any Channel, core: ServerCore) throws {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = core.limits.maxHeaderBytes
        decoding.maxHeaderListSize = core.limits.maxHeaderBytes
        decoding.maxHeaderFieldCount = core.limits.headFields
        let connection = ConnectionHandler(core: core)
        let pipeline = channel.pipeline.syncOperations
        if let tls = core.tls {
            try pipeline.addHandler(HandshakeGate(pacer: core.handshakes))
            try pipeline.addHandler(NIOSSLServerHandler(context: tls.context))
        }
        try pipeline.addHandler(RequestLineWatch(connection: connection), name: ConnectionPart.watch.rawValue)
        try pipeline.addHandler(
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoding)),
            name: ConnectionPart.decoder.rawValue)
        try pipeline.addHandler(connection, name: ConnectionPart.connection.rawValue)
    }

    /// Where the server listens.
    package var address: SocketAddress? { listener.localAddress }

    /// Encrypts connections that come from now on in this way. On the event loop.
    package func replaceTLS(by context: TLSContext) {
        core.loop.assertInEventLoop()
        core.tls = context
    }

    /// Closes the listening socket in this process; open connections go on. From any thread.
    package func stopAccepting() -> EventLoopFuture<Void> {
        let promise = core.loop.makePromise(of: Void.self)
        listener.close(promise: promise)
        return promise.futureResult.flatMapErrorThrowing { _ in }  // closed already
    }

    /// Ends the server: no more accepts, idle connections are closed, requests under way are answered, and so are the
    /// turns whose clients have left. From any thread.
    ///
    /// - Parameter patience: After this, connections are closed whatever they do.
    /// - Returns: Succeeds when all connections are closed, and all tasks have ended or the time is over.
    package func shutDown(within patience: Duration) -> EventLoopFuture<Void> {
        let promise = core.loop.makePromise(of: Void.self)
        core.loop.execute { self.beginShutdown(promise, patience) }
        return promise.futureResult
    }

    private func beginShutdown(_ promise: EventLoopPromise<Void>, _ patience: Duration) {
        if let ended {
            ended.futureResult.cascade(to: promise)
        } else {
            ended = promise
        }
        listener.close(promise: nil)
        core.somethingEnded = { [weak self] in self?.endIfIdle() }
        core.drain()
        core.loop.scheduleTask(in: TimeAmount(patience)) {
            self.core.closeAll()
            self.finish()
        }
        endIfIdle()
    }

    private func endIfIdle() {
        if core.isIdle { finish() }
    }

    private func finish() {
        guard let ended else { return }
        core.somethingEnded = {}
        self.ended = nil
        ended.succeed()
    }
}
