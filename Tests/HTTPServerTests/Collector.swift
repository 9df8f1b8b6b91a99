import NIOCore
import Synchronization

/// All that came until the connection ended, by whatever.
final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let ended: EventLoopPromise<String>
    private let received = Mutex(ByteBuffer())

    init(_ loop: any EventLoop) {
        ended = loop.makePromise()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Collector.unwrapInboundIn(data)
        received.withLock { _ = $0.writeBuffer(&bytes) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended.succeed(received.withLock { String(buffer: $0) })
    }
}
