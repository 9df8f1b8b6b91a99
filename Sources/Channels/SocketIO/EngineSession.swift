internal import ExactText
internal import Logging
internal import NIOCore

/// One client's session of Engine.IO in the worker that opened it: what waits for the client, how it is reached, and
/// whether it still lives.
final class EngineSession: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    /// What waits for a client that does not fetch it; more ends the session.
    private static let longestQueue = 4096

    /// Gets what a waiting request is answered with.
    typealias Poll = @Sendable ([String]) -> Void

    let id: String
    /// The rooms of the session's socket; the first is its own.
    var rooms: [String] = []
    /// The socket's id once it has connected to the namespace.
    var socket: String?
    private let loop: any EventLoop
    private let received: (EngineSession, Substring) -> Void
    private let ended: (EngineSession) -> Void
    private var queue: [String] = []
    private var poll: Poll?
    private var pipe: EnginePipe?
    private var candidate: EnginePipe?
    private var timer: Scheduled<Void>?
    private(set) var isClosed = false

    /// - Parameters:
    ///   - received: Gets the content of messages.
    ///   - ended: Told once, when the session is over.
    init(
        id: String, loop: any EventLoop, received: @escaping (EngineSession, Substring) -> Void,
        ended: @escaping (EngineSession) -> Void
    ) {
        self.id = id
        self.loop = loop
        self.received = received
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
        } else if queue.count < EngineSession.longestQueue {
            queue.append(packet)
        } else {
            close()
        }
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
            poll(queue)
            queue = []
        }
    }

    // MARK: Receiving

    /// Takes the packets of a request's body.
    ///
    /// - Returns: Whether they can be read.
    func receive(body: String) -> Bool {
        let packets = body.exact.split(separator: EnginePacket.separator, omittingEmptySubsequences: false)
        guard packets.count <= EnginePacket.mostPackets, !isClosed else { return false }
        for packet in packets { receive(packet) }
        return true
    }

    private func receive(_ packet: Substring) {
        guard let kind = packet.unicodeScalars.first, !isClosed else { return }
        let content = Substring(packet.unicodeScalars.dropFirst())
        switch kind {
        case "1": close()
        case "2": send("3\(content)")
        case "3": waitForPing()
        case "4": received(self, content)
        default: break  // upgrade, noop, and binary parts of messages that are not served
        }
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
            if pipe === self.pipe { receive(packet[...]) }
            return
        }
        if packet == "2probe" {
            pipe.send("3probe")
            poll?([EnginePacket.noop])
            poll = nil
        } else if packet == "5" {
            candidate = nil
            self.pipe = pipe
            let waiting = queue
            queue = []
            for packet in waiting { pipe.send(packet) }
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
        timer = loop.scheduleTask(in: .seconds(Int64(EnginePacket.pingTimeout))) { [weak self] in self?.close() }
    }

    /// Ends the session.
    func close() {
        guard !isClosed else { return }
        send(EnginePacket.close)
        isClosed = true
        timer?.cancel()
        poll?([EnginePacket.close])
        poll = nil
        pipe?.close()
        candidate?.close()
        ended(self)
    }
}

/// A WebSocket as a session sees it, in this worker or in another.
final class EnginePipe: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    let send: (String) -> Void
    private let onClose: () -> Void
    private var isClosed = false

    init(send: @escaping (String) -> Void, close: @escaping () -> Void) {
        self.send = send
        onClose = close
    }

    /// Ends the WebSocket.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        onClose()
    }
}
