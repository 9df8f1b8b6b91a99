import NIOCore

/// Stands before all else on a connection from a proxy that speaks the PROXY protocol: takes its header away, and
/// leaves once that is read. The connection's deadline for the first request holds for it too.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let found: (ProxyHeader.Source) -> Void
    private let refused: (ProxyHeader.Problem) -> Void
    private var bytes = ByteBuffer()
    private var isDone = false

    /// - Parameters:
    ///   - found: Takes whose connection it is, before anything of a request comes.
    ///   - refused: Is told why the connection is closed.
    init(
        found: @escaping (ProxyHeader.Source) -> Void, refused: @escaping (ProxyHeader.Problem) -> Void
    ) {
        (self.found, self.refused) = (found, refused)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var new = ProxyHeaderHandler.unwrapInboundIn(data)
        // Nothing is wanted of a connection that is being closed.
        guard !isDone else { return }
        bytes.writeBuffer(&new)
        switch ProxyHeader.read(Array(bytes.readableBytesView.prefix(ProxyHeader.maxBytes))[...]) {
        case .incomplete: break
        case .malformed(let problem):
            isDone = true
            refused(problem)
            context.close(promise: nil)
        case .complete(let source, let length):
            isDone = true
            found(source)
            bytes.moveReaderIndex(forwardBy: length)
            if bytes.readableBytes > 0 { context.fireChannelRead(ProxyHeaderHandler.wrapInboundOut(bytes)) }
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // As health checks do that only look whether somebody listens.
        if case ChannelEvent.inputClosed = event, !isDone {
            isDone = true
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
