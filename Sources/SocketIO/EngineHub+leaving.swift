import ExactText
import JSON
import NIOCore

/// How a worker that retires or ends leaves its clients: each is told to connect again when nothing of it is under way.
/// What it sent before it knew is handled all the same, and what that comes to waits for it in Redis.
extension EngineHub {
    /// Returns when all clients have been told and have closed their WebSockets, or the time is over.
    func leave(within patience: Duration) async {
        isLeaving = true
        for session in Array(sessions.values) { session.retire() }
        for (name, guest) in guests {
            workers?.tell(["kind": "retire", "pipe": .string(name.string)], guest.worker)
        }
        // Those that are still busy then have a moment to close.
        let rest = min(patience / 4, Self.closingTime)
        let timers = [
            loop.scheduleTask(in: TimeAmount(patience - rest)) { [weak self] in self?.leaveAll() },
            loop.scheduleTask(in: TimeAmount(patience)) { [weak self] in self?.endLeave() },
        ]
        await withCheckedContinuation { continuation in
            waitingForLeave.append(continuation)
            endLeaveIfOver()
        }
        for timer in timers { timer.cancel() }
    }

    private static var closingTime: Duration { .seconds(2) }

    private func leaveAll() {
        for session in Array(sessions.values) { session.leave() }
        for guest in Array(guests.values) { guest.link.leave() }
    }

    func endLeaveIfOver() { if isLeaving, present == 0, guests.isEmpty { endLeave() } }

    private func endLeave() {
        let waiting = waitingForLeave
        waitingForLeave = []
        for continuation in waiting { continuation.resume() }
    }

    // MARK: Sessions

    /// A session's client has been told to connect again.
    func left(_ session: EngineSession) {
        guard let workers else { return leaveRooms(session) }
        let record = SessionRecord(
            socket: session.socket, rooms: lastingRooms(session, workers), isLost: session.isLost)
        workers.mailbox.record(record, of: session.id)
        forgetNote(of: session)
        let now = loop.now
        roomsLeft = roomsLeft.filter { $0.value > now }
        for room in record.rooms { roomsLeft[room] = now + EngineSession.knownTime }
        leaveRooms(session)
    }

    func noteGone() {
        present -= 1
        endLeaveIfOver()
    }

    /// Those that the client's next socket asks for. Its own room bears a new name then.
    private func lastingRooms(_ session: EngineSession, _ workers: HubWorkers) -> [String] {
        session.rooms.filter { !$0.exact.hasPrefix(workers.name) }
    }

    /// Notes what another worker needs to go on with a session that polls, should this one be killed.
    func note(_ session: EngineSession) {
        guard let workers, session.isOpen, session.outlivesConnections else { return }
        workers.mailbox.note(
            session.id, socket: session.socket, rooms: lastingRooms(session, workers), in: workers.name)
    }

    /// A session is over.
    func forgetNote(of session: EngineSession) {
        guard let workers, session.outlivesConnections else { return }
        workers.mailbox.forget(session.id, in: workers.worker(of: session.id) ?? workers.name)
    }

    /// Responds to a request for a session whose worker is not there: that may have left it, or have been killed, and
    /// its client may not have known that yet.
    func respond(for id: String, to note: JSON, _ respond: @escaping @Sendable (Outcome) -> Void) {
        findLeft(id) { session in
            guard let session else { return respond(.unknownSession) }
            guard let body = note["body"]?.string else { return respond(session.leavingOutcome) }
            session.receive(body, respond)
        }
    }

    /// Handles what a client sent over a WebSocket to a session whose worker is not there.
    func handle(_ text: String, from link: WebSocketLink, of id: String) {
        findLeft(id) { session in
            // What the client said would be lost, so it has to learn of it.
            guard let session else { return link.close() }
            session.receive(text) { _ in }
        }
    }

    private func findLeft(_ id: String, _ found: @escaping @Sendable (EngineSession?) -> Void) {
        guard let workers, let worker = workers.worker(of: id) else { return found(nil) }
        workers.mailbox.find(id, in: worker) { [weak self] record in
            guard let self, let record else { return found(nil) }
            if let known = sessions[id] { return found(known) }
            let session = makeSession(id)
            session?.adopt(record)
            found(session)
        }
    }

    // MARK: Rooms

    /// Keeps a packet for a room whose socket was told to connect again and has not done so here.
    ///
    /// - Returns: Whether it does.
    func keep(_ packet: String, for room: String) -> Bool {
        guard let workers, let end = roomsLeft[room], end > loop.now, !isPresent(room) else { return false }
        workers.mailbox.keep(packet, for: room) { workers.tellAll(["kind": "held", "room": .string(room)]) }
        return true
    }

    /// Fetches what was kept for a room that a socket of this worker is in.
    func fetch(for room: String) {
        guard let workers, !room.exact.hasPrefix(workers.name) else { return }
        workers.mailbox.fetch(for: room) { [weak self] packets in
            for packet in packets { self?.send(packet, to: room) }
        }
    }
}

extension EngineSession {
    /// Takes the packets of a request's body.
    func receive(_ body: String, _ respond: @escaping @Sendable (EngineHub.Outcome) -> Void) {
        receive(body: body) { receipt in
            switch receipt {
            case .handled: respond(.accepted)
            case .unreadable: respond(.unreadable)
            case .tooMany: respond(.overloaded)
            }
        }
    }
}
