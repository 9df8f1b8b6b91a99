import NIOCore

/// Takes down what users see, on the event loop of all of them.
actor Recorder {
    private let eventLoop: any EventLoop
    private let start: NIODeadline
    private(set) var tally: Tally

    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    init(eventLoop: any EventLoop, start: NIODeadline, tally: Tally) {
        self.eventLoop = eventLoop
        self.start = start
        self.tally = tally
    }

    func record(_ arrival: Arrival, _ outcome: Outcome, sent: NIODeadline, renewal: Int = 0) {
        let span = Span(
            due: arrival.offset, sent: (sent - start).nanoseconds, end: (.now() - start).nanoseconds)
        tally.record(arrival.number, outcome, span)
        if renewal > 0 { tally.recordRenewal(arrival.number, renewal) }
    }

    func recordSurplus() { tally.recordSurplus() }

    /// - Parameter due: When a user that had nothing else to do was to send its turn.
    func recordWake(due: NIODeadline) { tally.recordLateness(nanoseconds: (.now() - due).nanoseconds) }
}
