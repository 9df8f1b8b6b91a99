internal import NIOCore

/// Stands before the listening socket's accepts: while the worker should take no more connections the socket is not
/// read, and they wait in the backlog for a worker that does. No connection is accepted to be refused.
final class AcceptGate: ChannelOutboundHandler, @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    typealias OutboundIn = Never

    private let core: ServerCore
    private var context: ChannelHandlerContext?
    private var readIsHeld = false
    private var retry: Scheduled<Void>?

    init(core: ServerCore) {
        self.core = core
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        retry?.cancel()
    }

    func read(context: ChannelHandlerContext) {
        if core.mayAccept {
            context.read()
        } else {
            readIsHeld = true
            askAgainSoon()
        }
    }

    /// Something changed that may open the gate.
    func askAgain() {
        guard readIsHeld, let context else { return }
        guard core.mayAccept else {
            askAgainSoon()
            return
        }
        readIsHeld = false
        context.read()
    }

    private func askAgainSoon() {
        guard retry == nil else { return }
        retry = core.loop.scheduleTask(in: .milliseconds(20)) { [weak self] in
            self?.retry = nil
            self?.askAgain()
        }
    }
}
