package import EventLoops
import Glibc
package import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP/1.1 server on sockets that somebody else bound, on one event loop.
package final class HTTPServer: @unchecked Sendable {
    // @unchecked: everything mutable is touched on the event loop only.

    private let core: ServerCore
    private let listeners: [any Channel]
    private var ended: EventLoopPromise<Void>?
    private var drained: [EventLoopPromise<Void>] = []

    private init(core: ServerCore, listeners: [any Channel]) {
        self.core = core
        self.listeners = listeners
    }

    /// Starts to accept connections.
    ///
    /// - Parameters:
    ///   - sockets: Bound sockets, of TCP or of AF_UNIX, listening or not. The server closes them in the end; other
    ///     processes may share them.
    ///   - executor: What the requests' tasks run on; its loop is the server's.
    ///   - limits: Sizes, times and numbers that hold for every connection.
    ///   - tls: Encrypts the connections; nil for plain HTTP.
    ///   - proxyProtocol: Who begins its connections with a header of the PROXY protocol, and must; nil for nobody.
    ///   - accessLog: Takes a line for each request; nil for none.
    ///   - responder: Handles the requests.
    ///   - observer: Is told what happens, and asked before connections are accepted.
    /// - Returns: The server once it accepts; an `IOError` where one of the sockets is none or cannot listen.
    package static func start(
        sockets: [CInt], executor: LoopTaskExecutor, limits: ServerLimits = ServerLimits(), tls: TLSContext? = nil,
        proxyProtocol: TrustedProxies? = nil, accessLog: AccessLog? = nil, responder: any Responder,
        observer: any ServerObserver = NoObserver()
    ) -> EventLoopFuture<HTTPServer> {
        let core = ServerCore(
            loop: executor.loop, limits: limits, responder: responder, observer: observer, executor: executor)
        core.tls = tls
        core.proxyProtocol = proxyProtocol.map { ProxyProtocol(from: $0) }
        core.accessLog = accessLog.map(AccessLogWriter.init)
        let gates = sockets.map { AcceptGate(core: core, socket: $0) }
        let listeners = zip(sockets, gates).map { listen(on: $0, $1, core) }
        return EventLoopFuture.whenAllSucceed(listeners, on: executor.loop).map { listeners in
            let server = HTTPServer(core: core, listeners: listeners)
            core.somethingEnded = { [weak server] in
                for gate in gates { gate.askAgain() }
                server?.noteIdle()
            }
            return server
        }
    }

    private static func listen(
        on socket: CInt, _ gate: AcceptGate, _ core: ServerCore
    ) -> EventLoopFuture<any Channel> {
        let isTCP = isTCP(socket)
        return ServerBootstrap(group: core.loop)
            .serverChannelOption(.backlog, value: core.limits.backlog)
            // One accept at a time: the gate decides about each, so that the other workers on the same socket get theirs.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(gate) }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isTCP { try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1) }
                    try HTTPServer.configure(channel, core: core)
                }
            }
            .withBoundSocket(socket)
    }

    /// Whether a socket has options of TCP; one with a path has not.
    private static func isTCP(_ socket: CInt) -> Bool {
        var (domain, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
        return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || domain != AF_UNIX
    }

    static func configure(_ channel: any Channel, core: ServerCore) throws {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = core.limits.maxHeaderBytes
        decoding.maxHeaderListSize = core.limits.maxHeaderBytes
        decoding.maxHeaderFieldCount = core.limits.maxHeaders
        let connection = ConnectionHandler(core: core)
        let pipeline = channel.pipeline.syncOperations
        if let handler = core.proxyProtocol?.handler(for: connection, channel) { try pipeline.addHandler(handler) }
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

    package var addresses: [SocketAddress] { listeners.compactMap(\.localAddress) }

    /// Encrypts connections that come from now on in this way. On the event loop.
    package func replaceTLS(by context: TLSContext) {
        core.loop.assertInEventLoop()
        core.tls = context
    }

    /// Prepares the end so that no request is lost: from now on every response says that it is the last on its
    /// connection, and idle connections stay open, since a request may be on its way. From any thread.
    ///
    /// - Parameter isAccepting: Whether new connections are taken all the same, because nobody else takes them.
    /// - Returns: Succeeds when there is neither connection nor task any more; where the server still accepts, it may
    ///   have some again.
    package func drain(isAccepting: Bool) -> EventLoopFuture<Void> {
        let promise = core.loop.makePromise(of: Void.self)
        core.loop.execute { self.beginDrain(promise, isAccepting: isAccepting) }
        return promise.futureResult
    }

    private func beginDrain(_ promise: EventLoopPromise<Void>, isAccepting: Bool) {
        drained.append(promise)
        core.drain()
        if !isAccepting { stopAccepting() }
        noteIdle()
    }

    private func stopAccepting() { for listener in listeners { listener.close(promise: nil) } }

    /// Tells those who wait for the end of the last connection and task, if that has come.
    private func noteIdle() {
        guard core.isIdle else { return }
        finishDrain()
        finish()
    }

    private func finishDrain() {
        let waiting = drained
        drained = []
        for promise in waiting { promise.succeed() }
    }

    /// Ends the server: no more accepts, idle connections are closed, requests under way are answered, and so are the
    /// turns whose clients have left. From any thread.
    ///
    /// - Parameter patience: After this, connections are closed whatever they do; requests that have no response shortly
    ///   before are refused.
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
        stopAccepting()
        core.end()
        let refusalLead = min(Self.refusalLead, patience / 4)
        core.loop.scheduleTask(in: TimeAmount(patience - refusalLead)) { self.core.giveUp() }
        core.loop.scheduleTask(in: TimeAmount(patience)) {
            self.core.closeAll()
            self.finish()
        }
        noteIdle()
    }

    /// How long before its end a server refuses what it has not answered.
    private static let refusalLead = Duration.seconds(1)

    private func finish() {
        guard let ended else { return }
        core.somethingEnded = {}
        self.ended = nil
        finishDrain()
        ended.succeed()
    }
}
