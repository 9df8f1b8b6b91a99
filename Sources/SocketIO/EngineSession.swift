import Logging
import NIOCore

/// One client's session of Engine.IO in the worker that opened it: what waits for the client, how it is reached, and
/// whether it still lives.
final class EngineSession: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    /// What waits for a client that does not fetch it; more ends the session.
    private static let maxQueue = 4096
    private static let maxQueueBytes = 4 << 20

    /// What becomes of the packets of a request.
    enum Receipt {
        case handled
        case unreadable
        /// The client sent more before what it had sent was dealt with; the session is over.
        case tooMany
    }

    /// Gets what a waiting request is answered with; nil where the client has to connect again.
    typealias Poll = @Sendable ([String]?) -> Void

    /// How far the session is from its end; it never goes back.
    enum Stage: Int {
        case open
        /// The client is told to connect again as soon as nothing of it is under way.
        case retiring
        /// The client has been told. What it had sent before it knew is still handled; nothing is sent to it.
        case left
        case closed
    }

    let id: String
    /// The rooms of the session's socket; the first is its own.
    var rooms: [String] = []
    /// The socket's id once it has connected to the namespace.
    var socket: String?
    let loop: any EventLoop
    private let logger: Logger
    private let received: (EngineSession, Substring) -> Bool
    private let whenRoom: (@escaping @Sendable () -> Void) -> Void
    private let observer: Observer
    private let backlog: EngineBacklog
    private var input = EngineInput()
    private(set) var lastInput: NIODeadline
    private var queue: [String] = []
    private var queueBytes = 0
    private var poll: Poll?
    private var pipe: EnginePipe?
    private var candidate: EnginePipe?
    private var timer: Scheduled<Void>?
    var quietTimer: Scheduled<Void>?
    var stage = Stage.open
    /// Whether the session's worker was killed.
    var isLost = false
    /// Whether the client has ever polled: such a session has no connection that ends with its worker.
    private(set) var outlivesConnections = true
    /// Whether the client has ended the session.
    private var hasLeft = false

    /// - Parameters:
    ///   - backlog: Counts what waits for clients.
    ///   - received: Gets the content of messages; says false where there is no room for one now.
    ///   - whenRoom: Calls back when there may be room.
    ///   - observer: Told when the session leaves and when it is over.
    init(
        id: String, loop: any EventLoop, backlog: EngineBacklog, logger: Logger,
        received: @escaping (EngineSession, Substring) -> Bool,
        whenRoom: @escaping (@escaping @Sendable () -> Void) -> Void, observer: Observer
    ) {
        self.id = id
        self.loop = loop
        self.backlog = backlog
        self.logger = logger
        self.received = received
        self.whenRoom = whenRoom
        self.observer = observer
        lastInput = loop.now
        waitForPing()
    }

    /// Whether anything is sent to the client.
    var isOpen: Bool { stage.rawValue <= Stage.retiring.rawValue }

    var isClosed: Bool { stage == .closed }

    /// Whether nothing of the client is under way, as far as the server can know.
    var isQuiet: Bool {
        input.running == 0 && !input.isWaiting && candidate == nil && (isUpgraded || queue.isEmpty)
    }

    /// Whether the client has left polling behind.
    var isUpgraded: Bool { pipe != nil }

    // MARK: Sending

    func send(message: String) { send("4\(message)") }

    private func send(_ packet: String) {
        guard isOpen else { return }
        if let pipe {
            pipe.send(packet)
        } else if candidate == nil, let poll {
            self.poll = nil
            poll([packet])
        } else {
            keep(packet)
        }
    }

    /// Keeps a packet until the client fetches it.
    private func keep(_ packet: String) {
        let size = packet.utf8.count
        let hasRoom =
            queue.isEmpty
            || queue.count < EngineSession.maxQueue && queueBytes + size <= EngineSession.maxQueueBytes
        guard hasRoom, backlog.add(size) else { return end("A client does not fetch its messages; its session ends") }
        queue.append(packet)
        queueBytes += size
    }

    private func fetch() -> [String] {
        backlog.remove(queueBytes)
        queueBytes = 0
        defer { queue = [] }
        return queue
    }

    private func end(_ reason: Logger.Message) {
        logger.warning(reason, metadata: ["session": "\(id)"])
        close()
    }

    /// Responds to a request with what waits, or as soon as there is something.
    func take(_ poll: @escaping Poll) {
        if stage == .left {
            poll(nil)
        } else if isClosed {
            poll([EnginePacket.close])
        } else if isUpgraded || candidate != nil {
            poll([EnginePacket.noop])
        } else if queue.isEmpty {
            self.poll?([EnginePacket.noop])
            self.poll = poll
            leaveIfIdle()
        } else {
            poll(fetch())
        }
    }

    // MARK: Receiving

    /// Takes the packets of a request's body.
    ///
    /// - Parameter done: Told once what became of them.
    func receive(body: String, _ done: @escaping @Sendable (Receipt) -> Void) {
        guard !isClosed, let packets = EnginePacket.packets(of: body) else { return done(.unreadable) }
        if !admit(packets, { done(.handled) }) { done(.tooMany) }
    }

    private func admit(_ packets: [Substring], _ done: @escaping () -> Void = {}) -> Bool {
        guard input.add(packets, done: done) else {
            end("A client sends messages faster than they are handled; its session ends")
            return false
        }
        lastInput = loop.now
        goOn()
        return true
    }

    /// A message's turn begins; the client's next messages wait while there are many.
    func turnBegan() { input.running += 1 }

    func turnEnded() {
        input.running -= 1
        goOn()
        // Who has just got a response is least likely to have sent something else.
        if stage == .retiring, isQuiet { leave() }
    }

    /// Deals with what the client has sent, as far as there is room.
    private func goOn() {
        while let packet = input.next {
            guard handle(packet) else {
                input.isWaitingForRoom = true
                whenRoom { [self] in
                    input.isWaitingForRoom = false
                    goOn()
                }
                break
            }
            for done in input.handledFirst() { done() }
        }
        pipe?.hold(input.isWaiting)
    }

    /// - Returns: False where there is no room now. What came before the session's end is answered all the same.
    private func handle(_ packet: Substring) -> Bool {
        switch packet.utf8.first {
        case UInt8(ascii: "1"):
            hasLeft = true
            close()
        case UInt8(ascii: "2"): send("3\(Substring(packet.unicodeScalars.dropFirst()))")
        case UInt8(ascii: "3"): if isOpen { waitForPing() }
        case UInt8(ascii: "4") where !hasLeft: return received(self, Substring(packet.unicodeScalars.dropFirst()))
        default: break  // upgrade, noop, and binary parts of messages that are not supported
        }
        return true
    }

    // MARK: WebSocket

    /// Begins the session over a WebSocket, without polling.
    func begin(on pipe: EnginePipe) {
        self.pipe = pipe
        outlivesConnections = false
    }

    /// A WebSocket was opened for a session that polls; it is tried before it is used.
    func offer(_ pipe: EnginePipe) {
        guard isOpen, !isUpgraded, candidate == nil else { return pipe.close() }
        candidate = pipe
    }

    /// A packet came over a WebSocket of the session.
    func receive(_ packet: String, from pipe: EnginePipe) {
        guard pipe === candidate else {
            if pipe === self.pipe { _ = admit([packet[...]]) }
            return
        }
        if packet == "2probe" {
            pipe.send("3probe")
            poll?([EnginePacket.noop])
            poll = nil
        } else if packet == "5" {
            candidate = nil
            self.pipe = pipe
            for packet in fetch() { pipe.send(packet) }
        } else {
            pipe.close()
            candidate = nil
        }
    }

    func ended(_ pipe: EnginePipe) {
        if pipe === candidate { candidate = nil }
        if pipe === self.pipe { close() }
    }

    // MARK: Life

    private func waitForPing() {
        timer?.cancel()
        timer = loop.scheduleTask(in: .seconds(Int64(EnginePacket.pingInterval))) { [weak self] in self?.ping() }
    }

    private func ping() {
        send(EnginePacket.ping)
        timer = loop.scheduleTask(in: .seconds(Int64(EnginePacket.pingTimeout))) { [weak self] in self?.missedPong() }
    }

    /// A client that is held up cannot respond.
    private func missedPong() { if input.isWaiting { waitForPing() } else { close() } }

    /// Tells the client to connect again, and hears it until it does, or for a while.
    func leave() {
        guard isOpen else { return }
        stage = .left
        quietTimer?.cancel()
        timer?.cancel()
        timer = loop.scheduleTask(in: Self.knownTime) { [weak self] in self?.close() }
        observer.left(self)
        poll?(nil)
        poll = nil
        _ = fetch()
        pipe?.leave()
        candidate?.close()
        // Who polls has no connection that would have to end.
        if !isUpgraded { observer.gone(self) }
    }

    func close() {
        guard !isClosed else { return }
        let hadLeft = stage == .left
        stage = .closed
        quietTimer?.cancel()
        timer?.cancel()
        poll?([EnginePacket.close])
        poll = nil
        _ = fetch()
        if !hadLeft { pipe?.send(EnginePacket.close) }
        pipe?.close()
        candidate?.close()
        if !(hadLeft && !isUpgraded) { observer.gone(self) }
        observer.ended(self)
    }
}
