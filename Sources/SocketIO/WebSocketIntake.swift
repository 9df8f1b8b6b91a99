import NIOCore

/// Stands before what a WebSocket's client sends: counts what makes no whole message yet, and lets the rest wait in the
/// kernel, and then at the client, while it is told to.
final class WebSocketIntake: ChannelDuplexHandler {
    // Touched on the connection's event loop only.

    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never

    /// Counts what has come of messages that are not whole, of all clients.
    var backlog = EngineBacklog()
    private var counted = 0
    private var context: ChannelHandlerContext?
    private var isHolding = false
    private var hasHeld = false

    /// Lets what the client sends wait, or not.
    func hold(_ isHolding: Bool) {
        self.isHolding = isHolding
        guard !isHolding, hasHeld, let context else { return }
        hasHeld = false
        context.read()
    }

    /// A message is whole.
    func messageCame() { forget(counted) }

    /// A control frame came, perhaps between the parts of a message.
    func controlCame(bytes: Int) { forget(min(counted, bytes + Self.frameHead)) }

    private func forget(_ bytes: Int) {
        backlog.remove(bytes)
        counted -= bytes
    }

    /// What stands before the content of a short frame of a client.
    private static let frameHead = 6

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        messageCame()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = Self.unwrapInboundIn(data).readableBytes
        guard backlog.add(count) else { return context.close(promise: nil) }
        counted += count
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isHolding { hasHeld = true } else { context.read() }
    }
}
