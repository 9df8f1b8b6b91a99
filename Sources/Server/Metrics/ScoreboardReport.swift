import Brokers
import NIOCore
import Prefork

/// Brings what other threads of a worker count to the scoreboard, now and then. On the event loop only.
final class ScoreboardReport {
    private static let interval = TimeAmount.seconds(1)

    private let slot: Scoreboard.Slot
    private let broker: WorkerBroker?
    private let log: LogOutput?
    private var published = 0
    private var refused = 0
    private var dropped = 0

    private init(_ slot: Scoreboard.Slot, broker: WorkerBroker?, log: LogOutput?) {
        (self.slot, self.broker, self.log) = (slot, broker, log)
        dropped = log?.dropped ?? 0
    }

    /// Begins; it ends with the loop, on which this must be called.
    static func start(_ context: WorkerContext, broker: WorkerBroker?, log: LogOutput?, loop: any EventLoop) {
        let report = NIOLoopBound(ScoreboardReport(context.slot, broker: broker, log: log), eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in report.value.write() }
    }

    private func write() {
        if let counters = broker?.counters {
            Self.add(counters.published, since: &published, to: .eventsPublished, slot)
            Self.add(counters.failed, since: &refused, to: .eventsRefused, slot)
            slot.set(.eventsWaiting, to: counters.isPublishing ? counters.waiting : 0)
        }
        if let log { Self.add(log.dropped, since: &dropped, to: .logLinesDropped, slot) }
    }

    private static func add(
        _ now: Int, since before: inout Int, to counter: Scoreboard.Counter, _ slot: Scoreboard.Slot
    ) {
        if now > before { slot.add(now - before, to: counter) }
        before = now
    }
}
