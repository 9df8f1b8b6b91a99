import Assistant
import HTTPServer
import Offloading
import Prefork
import Synchronization

/// Writes what a worker does to its place in the scoreboard, and keeps its share of connections fair.
struct ScoreboardObserver: ServerObserver {
    let context: WorkerContext
    let slot: Scoreboard.Slot
    private let share = Share()
    /// Where the worker's memory is bounded.
    private let memory: MemoryRoom?
    /// What requests are counted as, by the numbers of their routes.
    private var series = [HistogramBoard.Series.other]

    init(_ context: WorkerContext, memory: MemoryRoom? = nil) {
        self.context = context
        self.memory = memory
        slot = context.slot
    }

    /// The same for a server with these routes, whose numbers begin with 1.
    func counting(_ routes: [String]) -> ScoreboardObserver {
        var observer = self
        observer.series += routes.map { context.scoreboard.requests.series(named: $0) }
        return observer
    }

    func connectionsChanged(to count: Int) {
        if count > slot.value(of: Scoreboard.Gauge.connections) { slot.add(to: .connectionsAccepted) }
        slot.set(.connections, to: count)
    }

    func requestsInFlightChanged(to count: Int) { slot.set(.requestsInFlight, to: count) }

    var requestsInFlight: Int { slot.value(of: Scoreboard.Gauge.requestsInFlight) }

    var requests: Int { slot.value(of: Scoreboard.Counter.requests) }

    func requestCompleted(_ request: CompletedRequest) {
        slot.add(to: .requests)
        let series = series.indices.contains(request.route) ? series[request.route] : .other
        context.scoreboard.requests.add(
            series, of: context.identity.slot, kind: request.status / 100 - 1, microseconds: request.microseconds)
    }

    var isShortOfMemory: Bool { memory?.isFull ?? false }

    func shouldAccept(isAwaited: () -> Bool) -> Bool { !share.shouldPause(context, isAwaited: isAwaited) }

    func storeChanged(_ part: StoreConnection.Part, isThere: Bool) {
        slot.set(part == .lockStore ? .lockStoreAway : .trackerStoreAway, to: isThere ? 0 : 1)
    }
}

extension ScoreboardObserver: TurnObserver {
    func turnEnded(_ outcome: TurnOutcome, after time: Duration) {
        let (seconds, attoseconds) = time.components
        context.scoreboard.turns.add(
            .other, of: context.identity.slot, kind: outcome.rawValue,
            microseconds: Int(clamping: seconds) &* 1_000_000 &+ Int(attoseconds / 1_000_000_000_000))
    }

    func lateWriterRefused() { slot.add(to: .lateWritersRefused) }

    func leaseLost() { slot.add(to: .leasesLost) }
}

/// What the worker knows of its siblings' connections.
private final class Share: Sendable {
    private let share = Mutex(FairShare())

    func shouldPause(_ context: WorkerContext, isAwaited: () -> Bool) -> Bool {
        share.withLock { context.shouldPauseAccepting(&$0, isAwaited: isAwaited) }
    }
}
