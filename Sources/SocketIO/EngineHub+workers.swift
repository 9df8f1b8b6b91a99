import ExactText
import JSON
import System

extension EngineHub {
    // MARK: WebSockets

    /// Takes a WebSocket: one that begins a session, or one for a session that polls.
    func take(_ link: WebSocketLink, session id: String?) {
        link.backlog = backlog
        link.intake.backlog = unfinished
        let pipe = EnginePipe(
            send: { link.send($0) }, hold: { link.hold($0) }, leave: { link.leave() }, close: { link.close() })
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
        guests[name] = (link, worker)
        workers.tell(["kind": "pipe", "pipe": .string(name), "session": .string(session)], worker) {
            [weak self] heard in
            if !heard { self?.guests[name]?.link.close() }
        }
        if isLeaving { workers.tell(["kind": "retire", "pipe": .string(name)], worker) }
        link.received = { [weak self] text in
            workers.tell(["kind": "in", "pipe": .string(name), "text": .string(text)], worker) {
                [weak self, weak link] heard in
                guard !heard, let self, let link else { return }
                handle(text, from: link, of: session)
            }
        }
        link.ended = { [weak self] in
            guard let self, guests.removeValue(forKey: name) != nil else { return }
            workers.tell(["kind": "end", "pipe": .string(name)], worker)
            endLeaveIfOver()
        }
    }

    // MARK: Other workers

    func received(_ note: JSON) {
        guard let workers else { return }
        switch note["kind"]?.string {
        case "room":
            if let room = note["room"]?.string, let packet = note["packet"]?.string { deliver(packet, to: room) }
        case "held": if let room = note["room"]?.string, isPresent(room) { fetch(for: room) }
        case "poll":
            guard let id = note["session"]?.string else { return }
            guard sessions[id] != nil else { return workers.respond(note, Outcome.unknownSession.json) }
            poll(id) { workers.respond(note, $0.json) }
        case "post":
            guard let id = note["session"]?.string, let body = note["body"]?.string else { return }
            guard sessions[id] != nil else { return workers.respond(note, Outcome.unknownSession.json) }
            post(body, id) { workers.respond(note, $0.json) }
        case "pipe", "in", "end", "out", "shut", "retire": receivedPipe(note, workers)
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
                leave: { workers.tell(["kind": "shut", "pipe": .string(name), "leaves": true], worker) },
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
        case "retire": remotePipes[name]?.session.retire()
        case "out": if let text = note["text"]?.string { guests[name]?.link.send(text) }
        default:
            guard let link = guests[name]?.link else { return }
            if note["leaves"] == true { link.leave() } else { link.close() }
        }
    }

    /// A worker is there no more, and neither are its sessions and its WebSockets.
    func forget(worker: String) {
        for guest in Array(guests.values) where guest.worker.exact == worker.exact { guest.link.leave() }
        for (name, known) in remotePipes where name.string.exact.hasPrefix(worker) {
            remotePipes[name] = nil
            known.session.ended(known.pipe)
        }
    }
}
