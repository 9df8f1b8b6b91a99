import NIOCore
import NIOPosix
import Prefork

/// Reads the supervisor's messages on the worker's loop.
final class ControlWatch: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let decode: @Sendable (ByteBufferView) -> SupervisorMessage?
    private let received: @Sendable (SupervisorMessage) -> Void
    private let closed: @Sendable () -> Void

    private init(
        decode: @escaping @Sendable (ByteBufferView) -> SupervisorMessage?,
        received: @escaping @Sendable (SupervisorMessage) -> Void, closed: @escaping @Sendable () -> Void
    ) {
        self.decode = decode
        self.received = received
        self.closed = closed
    }

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - received: Called on the loop for every message that this version knows.
    ///   - closed: Called on the loop once, when the supervisor is gone or the worker was told to end by TERM.
    static func start(
        _ context: WorkerContext, loop: any EventLoop, received: @escaping @Sendable (SupervisorMessage) -> Void,
        closed: @escaping @Sendable () -> Void
    ) -> EventLoopFuture<Void> {
        // The channel closes its descriptor when the other side does; the context's own stays for sending.
        let descriptor = dup(context.control)
        let watch = ControlWatch(decode: { context.decode($0) }, received: received, closed: closed)
        return NIOPipeBootstrap(group: loop)
            // A packet is read whole or cut, so the buffer must never be smaller than the longest message.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(watch) }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .map { _ in }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let message = decode(unwrapInboundIn(data).readableBytesView) { received(message) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }
}
