import HTTPServer
import Prefork

/// Writes what the HTTP server does to the worker's slot of the scoreboard, and keeps its share of connections fair.
struct ScoreboardObserver: ServerObserver {
    let context: WorkerContext
    let slot: Scoreboard.Slot

    init(_ context: WorkerContext) {
        self.context = context
        slot = context.slot
    }

    func connectionsChanged(to count: Int) {
        if count > slot.value(of: Scoreboard.Gauge.connections) { slot.add(to: .connectionsAccepted) }
        slot.set(.connections, to: count)
    }

    func requestsInFlightChanged(to count: Int) {
        slot.set(.requestsInFlight, to: count)
    }

    /// How many requests are being answered.
    var requestsInFlight: Int { slot.value(of: Scoreboard.Gauge.requestsInFlight) }

    /// How many requests have been answered.
    var requests: Int { slot.value(of: Scoreboard.Counter.requests) }

    func requestAnswered(status: Int) {
        slot.add(to: .requests)
    }

    func shouldAccept() -> Bool {
        !context.shouldPauseAccepting()
    }
}
