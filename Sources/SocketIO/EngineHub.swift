import Channels
import Dialogue
import ExactText
import JSON
import Logging
import NIOCore
import System

/// The sessions of one worker, and the way to those of the others.
///
/// A session lives in the worker that opened it; the session's id begins with that worker's name, so that a request or
/// a WebSocket that reaches another worker is passed on through Redis. Messages to rooms go to all workers.
final class EngineHub: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    /// What a request for packets, or with packets, comes to.
    enum Outcome: Sendable {
        case packets(String)
        case accepted
        case unknownSession
        case alreadyUpgraded
        case unreadable
        case overloaded
    }

    /// A client that asks for ever more rooms must not fill the memory.
    private static let maxRooms = 100
    private static let maxRoomName = 1024

    let loop: any EventLoop
    let workers: HubWorkers?
    /// Gets messages of Socket.IO; says false where there is no room for one now.
    var received: (EngineSession, Substring) -> Bool = { _, _ in true }
    private let background: BackgroundWork
    private let maxSessions: Int
    /// What clients have not taken yet.
    private let backlog = EngineBacklog()
    /// What has come of messages that are not whole.
    private let unfinished = EngineBacklog()
    private let logger = Logger(label: "parley.channel.socketio")
    private var sessions: [ExactString: EngineSession] = [:]
    private var rooms: [ExactString: Set<ExactString>] = [:]
    /// WebSockets in other workers whose sessions are here, by the worker's name for them.
    private var remotePipes: [ExactString: (pipe: EnginePipe, session: EngineSession)] = [:]
    /// WebSockets here whose sessions are in other workers.
    private var guests: [ExactString: WebSocketLink] = [:]

    init(_ context: ChannelContext) {
        loop = context.loop
        background = context.background
        maxSessions = context.maxSessions
        workers = context.shared.map { HubWorkers($0, loop: context.loop) }
    }

    /// Begins to listen to the other workers; returns when they can be heard.
    func start() async {
        await workers?.start { [weak self] note in self?.received(note) }
    }

    /// Ends all sessions.
    func leave() {
        for session in Array(sessions.values) { session.close() }
        for guest in Array(guests.values) { guest.close() }
    }

    // MARK: Sessions

    /// Opens a session; nil where there are as many as the worker takes.
    func open() -> EngineSession? {
        guard sessions.count < maxSessions else { return nil }
        let session = EngineSession(
            id: newID(), loop: loop, backlog: backlog, logger: logger,
            received: { [weak self] session, text in self?.received(session, text) ?? true },
            whenRoom: { [background] in background.whenRoom($0) },
            ended: { [weak self] session in self?.forget(session) })
        sessions[session.id] = session
        return session
    }

    /// An id of which every worker knows where it belongs.
    func newID() -> String { (workers?.name ?? "") + RandomID.hex().prefix(20) }

    private func forget(_ session: EngineSession) {
        sessions[session.id] = nil
        leaveRooms(session)
    }

    /// Takes a session's socket out of all rooms.
    func leaveRooms(_ session: EngineSession) {
        for room in session.rooms {
            rooms[room]?.remove(session.id)
            if rooms[room]?.isEmpty == true { rooms[room] = nil }
        }
        session.rooms = []
    }

    /// Puts a session's socket into a room, unless it is in many already.
    func enter(_ room: String, _ session: EngineSession) {
        guard !session.isClosed, session.rooms.count < EngineHub.maxRooms,
            room.utf8.count <= EngineHub.maxRoomName, !session.rooms.contains(exact: room)
        else { return }
        rooms[room, default: []].insert(session.id)
        session.rooms.append(room)
    }

    /// Sends a packet to all sockets of a room, in all workers.
    func send(_ packet: String, to room: String) {
        deliver(packet, to: room)
        // A socket's own room is in one worker only.
        if let workers, rooms[room]?.isEmpty != false || !room.exact.hasPrefix(workers.name) {
            workers.tellAll(["kind": "room", "room": .string(room), "packet": .string(packet)])
        }
    }

    private func deliver(_ packet: String, to room: String) {
        for id in rooms[room] ?? [] { sessions[id]?.send(message: packet) }
    }

    // MARK: Requests

    /// Answers a request for packets.
    func poll(_ id: String, _ answer: @escaping @Sendable (Outcome) -> Void) {
        if let session = sessions[id] {
            guard !session.isUpgraded else { return answer(.alreadyUpgraded) }
            session.take { answer(.packets(EnginePacket.body($0))) }
        } else {
            pass(["kind": "poll", "session": .string(id)], to: id, within: .packets, answer)
        }
    }

    /// Takes a request with packets.
    func post(_ body: String, _ id: String, _ answer: @escaping @Sendable (Outcome) -> Void) {
        if let session = sessions[id] {
            guard !session.isUpgraded else { return answer(.alreadyUpgraded) }
            session.receive(body: body) { receipt in
                switch receipt {
                case .handled: answer(.accepted)
                case .unreadable: answer(.unreadable)
                case .tooMany: answer(.overloaded)
                }
            }
        } else {
            pass(["kind": "post", "session": .string(id), "body": .string(body)], to: id, within: .room, answer)
        }
    }

    private func pass(
        _ note: JSON, to id: String, within patience: HubWorkers.Patience,
        _ answer: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let workers, let worker = workers.worker(of: id) else { return answer(.unknownSession) }
        workers.ask(note, worker, within: patience) { answer($0.flatMap(Outcome.init) ?? .unknownSession) }
    }

    // MARK: WebSockets

    /// Takes a WebSocket: one that begins a session, or one for a session that polls.
    func take(_ link: WebSocketLink, session id: String?) {
        link.backlog = backlog
        link.intake.backlog = unfinished
        let pipe = EnginePipe(send: { link.send($0) }, hold: { link.hold($0) }, close: { link.close() })
        if let id, let session = sessions[id] {
            connect(link, pipe, session)
            session.offer(pipe)
        } else if let id {
            guard let workers, let worker = workers.worker(of: id) else { return link.close() }
            host(link, session: id, in: worker, workers)
        } else {
            guard let session = open() else { return link.close() }
            connect(link, pipe, session)
            session.begin(on: pipe)
            link.send(EnginePacket.open(session.id, canUpgrade: false))
        }
    }

    private func connect(_ link: WebSocketLink, _ pipe: EnginePipe, _ session: EngineSession) {
        link.received = { session.receive($0, from: pipe) }
        link.ended = { session.ended(pipe) }
    }

    private func host(_ link: WebSocketLink, session: String, in worker: String, _ workers: HubWorkers) {
        let name = "\(workers.name)\(RandomID.hex())"
        guests[name] = link
        workers.tell(["kind": "pipe", "pipe": .string(name), "session": .string(session)], worker) {
            [weak self] heard in
            if !heard { self?.guests[name]?.close() }
        }
        link.received = { text in
            workers.tell(["kind": "in", "pipe": .string(name), "text": .string(text)], worker) { [weak link] heard in
                // What the client said would be lost, so it has to hear of it.
                if !heard { link?.close() }
            }
        }
        link.ended = { [weak self] in
            self?.guests[name] = nil
            workers.tell(["kind": "end", "pipe": .string(name)], worker)
        }
    }

    // MARK: Other workers

    private func received(_ note: JSON) {
        guard let workers else { return }
        switch note["kind"]?.string {
        case "room":
            if let room = note["room"]?.string, let packet = note["packet"]?.string { deliver(packet, to: room) }
        case "poll":
            guard let id = note["session"]?.string else { return }
            guard sessions[id] != nil else { return workers.answer(note, Outcome.unknownSession.json) }
            poll(id) { workers.answer(note, $0.json) }
        case "post":
            guard let id = note["session"]?.string, let body = note["body"]?.string else { return }
            guard sessions[id] != nil else { return workers.answer(note, Outcome.unknownSession.json) }
            post(body, id) { workers.answer(note, $0.json) }
        case "pipe", "in", "end", "out", "shut": receivedPipe(note, workers)
        default: break
        }
    }

    private func receivedPipe(_ note: JSON, _ workers: HubWorkers) {
        guard let name = note["pipe"]?.string, let worker = workers.worker(of: name) ?? Optional(workers.name) else {
            return
        }
        switch note["kind"]?.string {
        case "pipe":
            guard let id = note["session"]?.string, let session = sessions[id] else {
                return workers.tell(["kind": "shut", "pipe": .string(name)], worker)
            }
            let pipe = EnginePipe(
                send: { workers.tell(["kind": "out", "pipe": .string(name), "text": .string($0)], worker) },
                close: { [weak self] in
                    self?.remotePipes[name] = nil
                    workers.tell(["kind": "shut", "pipe": .string(name)], worker)
                })
            remotePipes[name] = (pipe, session)
            session.offer(pipe)
        case "in":
            if let known = remotePipes[name], let text = note["text"]?.string {
                known.session.receive(text, from: known.pipe)
            }
        case "end":
            if let known = remotePipes.removeValue(forKey: name) { known.session.ended(known.pipe) }
        case "out": if let text = note["text"]?.string { guests[name]?.send(text) }
        default: guests[name]?.close()
        }
    }
}

extension EngineHub.Outcome {
    /// The outcome as workers tell it each other.
    var json: JSON {
        switch self {
        case .packets(let body): ["outcome": "packets", "body": .string(body)]
        case .accepted: ["outcome": "accepted"]
        case .unknownSession: ["outcome": "unknown"]
        case .alreadyUpgraded: ["outcome": "upgraded"]
        case .unreadable: ["outcome": "unreadable"]
        case .overloaded: ["outcome": "overloaded"]
        }
    }

    init?(_ json: JSON) {
        switch json["outcome"]?.string {
        case "packets": self = .packets(json["body"]?.string ?? "")
        case "accepted": self = .accepted
        case "upgraded": self = .alreadyUpgraded
        case "unreadable": self = .unreadable
        case "overloaded": self = .overloaded
        default: self = .unknownSession
        }
    }
}
