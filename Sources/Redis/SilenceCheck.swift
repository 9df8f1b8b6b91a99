import NIOCore

/// Finds out whether a server that lets a command wait is there at all, on a connection of its own: behind a slow
/// command a sign of life could not be told from silence. Belongs to its event loop.
final class SilenceCheck {
    /// A command without a response for so long has its server checked.
    static let patience = TimeAmount.milliseconds(250)
    /// The server has so many intervals for a connection and a first response. They are counted, not measured, so that
    /// an event loop that stood still itself does not take that for the server's silence.
    private static let intervals = 5
    private static let interval = TimeAmount.milliseconds(200)

    private let connector: RedisConnector
    private let eventLoop: any EventLoop

    init(connector: RedisConnector, eventLoop: any EventLoop) {
        self.connector = connector
        self.eventLoop = eventLoop
    }

    /// Reports once, on the event loop, whether the server has said anything, were it a refusal.
    func begin(_ report: @escaping (Bool) -> Void) {
        let attempt = Attempt(report)
        connector.connect(onEnd: { _ in }) { result in
            switch result {
            case .success(let connection):
                attempt.end(isThere: true)
                connection.finish(RedisError(.closed, "the server has responded"))
            case .failure(let error): attempt.end(isThere: error.code == .refused)
            }
        }
        wait(Self.intervals, attempt)
    }

    private func wait(_ left: Int, _ attempt: Attempt) {
        guard left > 0 else { return attempt.end(isThere: false) }
        guard !attempt.hasEnded else { return }
        eventLoop.assumeIsolated().scheduleTask(in: Self.interval) { [self] in wait(left - 1, attempt) }
    }

    private final class Attempt {
        private var report: ((Bool) -> Void)?

        init(_ report: @escaping (Bool) -> Void) { self.report = report }

        var hasEnded: Bool { report == nil }

        func end(isThere: Bool) {
            let report = report.take()
            report?(isThere)
        }
    }
}
