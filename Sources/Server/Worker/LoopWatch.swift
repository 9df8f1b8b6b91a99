import Logging
import NIOCore
import Prefork

/// Measures how late a worker's loop is: a timer that should run every so often is late by what the loop did meanwhile,
/// which is what every client of the worker waits for. The figures go to the scoreboard, the worst to the log.
final class LoopWatch: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    /// A delay at least this long is seen whenever it happens while there are clients.
    private static let period = TimeAmount.milliseconds(50)
    /// A worker without clients is let sleep.
    private static let idlePeriod = TimeAmount.seconds(1)
    /// Later than this is worth a line in the log.
    private static let warningLag = TimeAmount.milliseconds(250)

    private let slot: Scoreboard.Slot
    private let loop: any EventLoop
    private let logger: Logger

    private init(_ slot: Scoreboard.Slot, loop: any EventLoop, logger: Logger) {
        self.slot = slot
        self.loop = loop
        self.logger = logger
    }

    /// Says in the log how late the loop has been.
    static func report(_ slot: Scoreboard.Slot, logger: Logger) {
        logger.info(
            "The lag of this worker's event loop",
            metadata: [
                "worst_ms": "\(slot.value(of: Scoreboard.Gauge.worstLag) / 1000)",
                "over_20_ms": "\(slot.value(of: Scoreboard.Counter.lagOver20))",
                "over_50_ms": "\(slot.value(of: Scoreboard.Counter.lagOver50))",
                "over_250_ms": "\(slot.value(of: Scoreboard.Counter.lagOver250))",
                "over_1000_ms": "\(slot.value(of: Scoreboard.Counter.lagOver1000))",
            ])
    }

    /// Begins; it ends with the loop.
    static func start(_ slot: Scoreboard.Slot, loop: any EventLoop, logger: Logger) {
        LoopWatch(slot, loop: loop, logger: logger).next()
    }

    private func next() {
        let due = loop.now + (slot.value(of: Scoreboard.Gauge.connections) > 0 ? Self.period : Self.idlePeriod)
        loop.assumeIsolated().scheduleTask(deadline: due) { [self] in
            note(loop.now - due)
            next()
        }
    }

    private func note(_ lag: TimeAmount) {
        slot.note(lagMicroseconds: Int(lag.nanoseconds / 1000))
        guard lag > Self.warningLag else { return }
        logger.warning(
            "The worker's event loop was blocked for a while; if the machine was not overloaded, please report what it did",
            metadata: ["milliseconds": "\(lag.nanoseconds / 1_000_000)"])
    }
}
