import Glibc
import Logging
import NIOCore

/// Stands before a listening socket's accepts: while the worker should take no more connections the socket is not
/// read, and they wait in the backlog for a worker that does. No connection is accepted to be refused.
///
/// Where a worker has as many connections as it may and others wait, those that have been idle for longest make room,
/// and the log says so.
final class AcceptGate: ChannelDuplexHandler, @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    /// How many idle connections make room at a time.
    private static let roomAtATime = 4
    private static let saidEvery = TimeAmount.seconds(60)
    /// While somebody waits, a sibling is given this time to come.
    private static let shortPause = TimeAmount.milliseconds(1)
    /// While nobody does, or the worker is full, it is not worth to look more often.
    private static let longPause = TimeAmount.milliseconds(20)

    private let core: ServerCore
    private let socket: CInt
    private let logger = Logger(label: "parley.http")
    private var lastSaid: NIODeadline?
    private var context: ChannelHandlerContext?
    private var readIsHeld = false
    private var retry: Scheduled<Void>?
    /// How long the gate was closed the last time before it looked again.
    private var pause = AcceptGate.shortPause

    init(core: ServerCore, socket: CInt) {
        self.core = core
        self.socket = socket
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        core.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        core.closed(self)
        retry?.cancel()
    }

    func read(context: ChannelHandlerContext) {
        if core.mayAccept {
            context.read()
        } else {
            readIsHeld = true
            pause = Self.shortPause
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) {
            say("A connection cannot be accepted; it waits", ["error": "\(error)"])
            core.closeIdle(atMost: Self.roomAtATime)
        }
        context.fireErrorCaught(error)
    }

    /// Makes room where the worker has as many connections as it may and somebody waits.
    private func makeRoom() {
        guard core.isFull, isAwaited else { return }
        say(
            "This worker has as many connections as it accepts (--max-connections, ulimit -n); others wait",
            ["connections": "\(core.connectionCount)"])
        core.closeIdle(atMost: Self.roomAtATime)
    }

    /// Whether a connection waits in the socket's backlog.
    var isAwaited: Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLIN) != 0
    }

    private func say(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        let now = core.loop.now
        guard lastSaid.map({ $0 + Self.saidEvery <= now }) ?? true else { return }
        lastSaid = now
        logger.warning(message, metadata: metadata)
    }

    private func askAgainSoon() {
        guard retry == nil else { return }
        retry = core.loop.scheduleTask(in: pause) { [weak self] in
            guard let self else { return }
            retry = nil
            makeRoom()
            pause = core.isFull || !isAwaited ? min(pause * 2, Self.longPause) : Self.shortPause
            askAgain()
        }
    }
}
