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
    let backlog = EngineBacklog()
    /// What has come of messages that are not whole.
    let unfinished = EngineBacklog()
    private let logger = Logger(label: "parley.channel.socketio")
    private(set) var sessions: [ExactString: EngineSession] = [:]
    private var rooms: [ExactString: Set<ExactString>] = [:]
    /// Rooms of sockets that this worker has left, until the time is over in which they come back.
    var roomsLeft: [ExactString: NIODeadline] = [:]
    /// WebSockets in other workers whose sessions are here, by the worker's name for them.
    var remotePipes: [ExactString: (pipe: EnginePipe, session: EngineSession)] = [:]
    /// WebSockets here whose sessions are in other workers.
    var guests: [ExactString: (link: WebSocketLink, worker: String)] = [:]
    /// Sessions that the worker cannot end without.
    var present = 0
    /// Whether all clients are told to connect again, to other workers.
    var isLeaving = false
    var waitingForLeave: [CheckedContinuation<Void, Never>] = []

    init(_ context: ChannelContext) {
        loop = context.loop
        background = context.background
        maxSessions = context.maxSessions
        workers = context.shared.map { HubWorkers($0, loop: context.loop) }
    }

    /// Begins to listen to the other workers; returns when they can be heard.
    func start() async {
        await workers?.start { [weak self] in
            self?.received($0)
        } gone: { [weak self] in
            self?.forget(worker: $0)
        }
    }

    // MARK: Sessions

    /// Opens a session; nil where there are as many as the worker takes.
    func open() -> EngineSession? {
        let session = makeSession(newID())
        if isLeaving { session?.retire() }
        return session
    }

    func makeSession(_ id: String) -> EngineSession? {
        guard sessions.count < maxSessions else { return nil }
        let session = EngineSession(
            id: id, loop: loop, backlog: backlog, logger: logger,
            received: { [weak self] session, text in self?.received(session, text) ?? true },
            whenRoom: { [background] in background.whenRoom($0) },
            observer: EngineSession.Observer(
                left: { [weak self] in self?.left($0) }, gone: { [weak self] _ in self?.noteGone() },
                ended: { [weak self] in self?.forget($0) }))
        sessions[session.id] = session
        present += 1
        return session
    }

    /// An id of which every worker knows where it belongs.
    func newID() -> String { (workers?.name ?? "") + RandomID.hex().prefix(20) }

    private func forget(_ session: EngineSession) {
        forgetNote(of: session)
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
        guard session.isOpen, session.rooms.count < EngineHub.maxRooms,
            room.utf8.count <= EngineHub.maxRoomName, !session.rooms.contains(exact: room)
        else { return }
        rooms[room, default: []].insert(session.id)
        session.rooms.append(room)
        note(session)
        fetch(for: room)
    }

    /// Whether a socket of this worker is in a room.
    func isPresent(_ room: String) -> Bool { rooms[room]?.isEmpty == false }

    /// Sends a packet to all sockets of a room, in all workers.
    func send(_ packet: String, to room: String) {
        guard !keep(packet, for: room) else { return }
        deliver(packet, to: room)
        // A socket's own room is in one worker only.
        if let workers, !isPresent(room) || !room.exact.hasPrefix(workers.name) {
            workers.tellAll(["kind": "room", "room": .string(room), "packet": .string(packet)])
        }
    }

    func deliver(_ packet: String, to room: String) {
        for id in rooms[room] ?? [] { sessions[id]?.send(message: packet) }
    }

    // MARK: Requests

    func poll(_ id: String, _ respond: @escaping @Sendable (Outcome) -> Void) {
        if let session = sessions[id] {
            guard !session.isUpgraded else { return respond(.alreadyUpgraded) }
            session.take { respond($0.map { .packets(EnginePacket.body($0)) } ?? session.leavingOutcome) }
        } else {
            pass(["kind": "poll", "session": .string(id)], to: id, within: .packets, respond)
        }
    }

    func post(_ body: String, _ id: String, _ respond: @escaping @Sendable (Outcome) -> Void) {
        if let session = sessions[id] {
            guard !session.isUpgraded else { return respond(.alreadyUpgraded) }
            session.receive(body, respond)
        } else {
            pass(["kind": "post", "session": .string(id), "body": .string(body)], to: id, within: .room, respond)
        }
    }

    private func pass(
        _ note: JSON, to id: String, within patience: HubWorkers.Patience,
        _ respond: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let workers, let worker = workers.worker(of: id) else { return respond(.unknownSession) }
        workers.ask(note, worker, within: patience) { [weak self] reply in
            switch reply {
            case .response(let said): respond(Outcome(said) ?? .unknownSession)
            case .unheard: self?.respond(for: id, to: note, respond)
            // What was posted may have been handled, and must not be handled twice.
            case .died where note["body"] == nil: self?.respond(for: id, to: note, respond)
            case .died, .unknown: respond(.unknownSession)
            }
        }
    }
}
