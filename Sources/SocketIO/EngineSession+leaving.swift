import NIOCore

extension EngineSession {
    /// Who is told what becomes of a session.
    struct Observer {
        /// The client is told to connect again.
        let left: (EngineSession) -> Void
        /// Once: nothing of the session keeps the worker from ending.
        let gone: (EngineSession) -> Void
        /// Once: the session is over.
        let ended: (EngineSession) -> Void
    }

    /// A client from which nothing has come for so long is not in the middle of something, as far as one can tell.
    static let quietTime = TimeAmount.seconds(1)
    private static let quietPause = TimeAmount.milliseconds(250)
    /// How long a session is known after its client was told to connect again.
    static let knownTime = TimeAmount.seconds(60)

    /// Has the client connect again, to another worker: once its turns are over and it has their replies.
    func retire() {
        guard stage == .open else { return }
        stage = .retiring
        leaveIfIdle()
    }

    /// Leaves a client that is quiet, or looks again later.
    func leaveIfIdle() {
        guard stage == .retiring else { return }
        quietTimer?.cancel()
        let due = lastInput + Self.quietTime
        if isQuiet, due <= loop.now { return leave() }
        quietTimer = loop.scheduleTask(deadline: max(due, loop.now + Self.quietPause)) { [weak self] in
            self?.leaveIfIdle()
        }
    }

    /// What a client hears that asks for packets once the session has left it.
    var leavingOutcome: EngineHub.Outcome { isLost ? .isLost : .hasLeft }

    /// Goes on as a session that another worker has left, or had when it was killed.
    func adopt(_ record: SessionRecord) {
        socket = record.socket
        rooms = record.rooms
        isLost = record.isLost
        leave()
    }
}
