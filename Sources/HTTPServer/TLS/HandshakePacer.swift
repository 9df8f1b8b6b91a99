import NIOCore

/// Spreads the handshakes of many connections that come at once: each costs a signature, a millisecond or some, and a
/// hundred in a row would hold up everybody else.
final class HandshakePacer {
    /// The work of handshakes after which others go first.
    private static let share = TimeAmount.milliseconds(5)
    /// After this the loop has looked at its sockets.
    private static let pause = TimeAmount.microseconds(100)

    private let loop: any EventLoop
    private var left = HandshakePacer.share
    private var waiting = CircularBuffer<() -> Void>()
    private var isPausing = false

    init(loop: any EventLoop) {
        self.loop = loop
    }

    /// Does a step of a handshake: now, or when those before it have had their turn.
    func run(_ step: @escaping () -> Void) {
        if waiting.isEmpty, left > .zero {
            perform(step)
        } else {
            waiting.append(step)
        }
    }

    private func perform(_ step: () -> Void) {
        let start = NIODeadline.now()
        step()
        left = left - (NIODeadline.now() - start)
        guard !isPausing else { return }
        isPausing = true
        loop.assumeIsolated().scheduleTask(in: Self.pause) { self.goOn() }
    }

    private func goOn() {
        isPausing = false
        left = Self.share
        while left > .zero, let step = waiting.popFirst() { perform(step) }
    }
}

/// Stands before TLS until the first bytes of a connection, with which the work begins; then it leaves the pipeline.
final class HandshakeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let pacer: HandshakePacer
    private var held: [NIOAny] = []

    init(pacer: HandshakePacer) {
        self.pacer = pacer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        held.append(data)
        guard held.count == 1 else { return }
        pacer.run { [self] in
            guard context.channel.isActive else { return }
            let bytes = held
            held = []
            for bytes in bytes { context.fireChannelRead(bytes) }
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if held.isEmpty { context.fireChannelReadComplete() }
    }
}
