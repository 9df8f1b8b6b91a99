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

    /// Gets what a waiting request is answered with.
    typealias Poll = @Sendable ([String]) -> Void

    let id: String
    /// The rooms of the session's socket; the first is its own.
    var rooms: [String] = []
    /// The socket's id once it has connected to the namespace.
    var socket: String?
    private let loop: any EventLoop
    private let logger: Logger
    private let received: (EngineSession, Substring) -> Bool
    private let whenRoom: (@escaping @Sendable () -> Void) -> Void
    private let ended: (EngineSession) -> Void
    private let backlog: EngineBacklog
    private var input = EngineInput()
    private var queue: [String] = []
    private var queueBytes = 0
    private var poll: Poll?
    private var pipe: EnginePipe?
    private var candidate: EnginePipe?
    private var timer: Scheduled<Void>?
    private(set) var isClosed = false
    /// Whether the client has ended the session.
    private var hasLeft = false

    /// - Parameters:
    ///   - backlog: Counts what waits for clients.
    ///   - received: Gets the content of messages; says false where there is no room for one now.
    ///   - whenRoom: Calls back when there may be room.
    ///   - ended: Told once, when the session is over.
    init(
        id: String, loop: any EventLoop, backlog: EngineBacklog, logger: Logger,
        received: @escaping (EngineSession, Substring) -> Bool,
        whenRoom: @escaping (@escaping @Sendable () -> Void) -> Void, ended: @escaping (EngineSession) -> Void
    ) {
        self.id = id
        self.loop = loop
        self.backlog = backlog
        self.logger = logger
        self.received = received
        self.whenRoom = whenRoom
        self.ended = ended
        waitForPing()
    }

    /// Whether the client has left polling behind.
    var isUpgraded: Bool { pipe != nil }

    // MARK: Sending

    /// Sends a message of Socket.IO.
    func send(message: String) { send("4\(message)") }

    private func send(_ packet: String) {
        guard !isClosed else { return }
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

    /// What was kept.
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

    /// Answers a request with what waits, or as soon as there is something.
    func take(_ poll: @escaping Poll) {
        if isClosed {
            poll([EnginePacket.close])
        } else if isUpgraded || candidate != nil {
            poll([EnginePacket.noop])
        } else if queue.isEmpty {
            self.poll?([EnginePacket.noop])
            self.poll = poll
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
            end("A client sends more messages than are answered; its session ends")
            return false
        }
        goOn()
        return true
    }

    /// A message's turn begins; the client's next messages wait while there are many.
    func turnBegan() { input.running += 1 }

    /// A message's turn has ended.
    func turnEnded() {
        input.running -= 1
        goOn()
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
        case UInt8(ascii: "3"): if !isClosed { waitForPing() }
        case UInt8(ascii: "4") where !hasLeft: return received(self, Substring(packet.unicodeScalars.dropFirst()))
        default: break  // upgrade, noop, and binary parts of messages that are not served
        }
        return true
    }

    // MARK: WebSocket

    /// Begins the session over a WebSocket, without polling.
    func begin(on pipe: EnginePipe) {
        self.pipe = pipe
    }

    /// A WebSocket was opened for a session that polls; it is tried before it is used.
    func offer(_ pipe: EnginePipe) {
        guard !isClosed, !isUpgraded, candidate == nil else { return pipe.close() }
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

    /// A WebSocket of the session ended.
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

    /// A client that is held up cannot answer.
    private func missedPong() {
        if input.isWaiting { waitForPing() } else { close() }
    }

    /// Ends the session.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        timer?.cancel()
        poll?([EnginePacket.close])
        poll = nil
        _ = fetch()
        pipe?.send(EnginePacket.close)
        pipe?.close()
        candidate?.close()
        ended(self)
    }
}

/// A WebSocket as a session sees it, in this worker or in another.
final class EnginePipe: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    let send: (String) -> Void
    /// Lets what the client sends wait, or not; nothing happens where it is in another worker.
    let hold: (Bool) -> Void
    private let onClose: () -> Void
    private var isClosed = false

    init(
        send: @escaping (String) -> Void, hold: @escaping (Bool) -> Void = { _ in }, close: @escaping () -> Void
    ) {
        self.send = send
        self.hold = hold
        onClose = close
    }

    /// Ends the WebSocket.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        onClose()
    }
}
