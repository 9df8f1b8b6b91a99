import System

/// The supervisor's decisions: what happened goes in, what to do comes out.
///
/// It knows no clock, process, socket or log, so that its rules are tested by stepping through them. Rules:
/// - The loader runs first; workers start when it is done; the program is ready when all of them are.
/// - Until one worker has been ready, whatever fails to start ends the program with its error and status.
/// - Later, a worker that ends unasked, with whatever status, is replaced: at once if it had served well, else after a
///   delay that doubles.
/// - The leases of a worker that died are given back by a living one, which must confirm it.
/// - A worker whose heartbeat is too old gets ABRT, then KILL.
/// - The first request to stop is graceful, the second is not.
struct SupervisorMachine {
    enum Phase: Equatable {
        case idle
        case loading(until: MonotonicInstant)
        case serving
        /// All workers have been asked to end; at `killAt` they are killed. `status` and `error` end the program.
        case stopping(killAt: MonotonicInstant, status: Int32, error: String?)
        case ended
    }

    /// One place for a worker, with the worker that has it now, if any.
    struct Slot: Equatable {
        enum State: Equatable {
            /// To be started at this time.
            case waiting(until: MonotonicInstant)
            case starting(since: MonotonicInstant)
            case serving(since: MonotonicInstant)
            /// ABRT was sent; KILL follows at this time.
            case aborting(killAt: MonotonicInstant)
            case empty
        }

        var state = State.empty
        var worker = WorkerIdentity(slot: 0, serial: 0)
        var pid: Int32 = 0
        /// Ends in a row before the worker was healthy.
        var failures = 0
        /// Which of the things that were ever served it serves.
        var generation = 0
        /// What a worker that gave up said before it ended.
        var failure: BootFailure?
    }

    let limits: SupervisorLimits
    /// Makes the name under which a worker holds its leases.
    let owner: @Sendable (WorkerIdentity) -> String
    var phase = Phase.idle
    var slots: [Slot]
    var lastSerial = 0
    var wasReady = false
    var saidReady = false
    /// The process of the first loader, until it is reaped.
    var loader: Int32?
    var loaderFailure: BootFailure?
    /// The processes of exchanges' loaders, until they are reaped.
    var swapLoaders: Set<Int32> = []
    /// Dead workers whose leases are still to be given back, and who was told to do it.
    var orphaned: [(owner: String, assignee: WorkerIdentity?)] = []
    /// What runs beside the workers on their behalf.
    var jobs: JobQueue
    /// Exchanges of what is served, in the order in which they were asked for.
    var swaps: [ModelSwap] = []
    var lastSwap: UInt64 = 0
    /// Counts what was ever served.
    var generation = 0
    /// What all workers serve, or are about to.
    var active = ""
    var refresh: Refresh?
    var lastTick: MonotonicInstant?
    /// Until then nobody is judged by their heartbeat, because this process itself stood still.
    var lenientUntil = MonotonicInstant(milliseconds: 0)

    init(limits: SupervisorLimits, owner: @escaping @Sendable (WorkerIdentity) -> String) {
        self.limits = limits
        self.owner = owner
        jobs = JobQueue(limits.jobs)
        slots = Array(repeating: Slot(), count: limits.workers)
    }

    static let tickInterval = Duration.seconds(1)
    /// A longer pause between ticks means that this process was stopped, and its workers probably with it.
    static let maxPause = Duration.seconds(5)
    /// How much later than the workers' own deadline the supervisor gives up on them.
    static let margin = Duration.seconds(1)

    // MARK: Start

    mutating func start(at now: MonotonicInstant) -> [SupervisorAction] {
        phase = .loading(until: now + limits.loadingLimit)
        return [.forkLoader(source: nil, swap: 0)]
    }

    mutating func loaderForked(pid: Int32, for swap: UInt64 = 0) {
        if swap == 0 {
            loader = pid
        } else {
            swapLoaderForked(swap, pid: pid)
        }
    }

    mutating func loaded(_ loaded: Loaded, for swap: UInt64 = 0, at now: MonotonicInstant) -> [SupervisorAction] {
        if phase == .serving { return swapLoaded(loaded, for: swap, at: now) }
        guard case .loading = phase else { return [] }
        phase = .serving
        active = loaded.text
        refresh = loaded.refreshAfter.map { Refresh(source: nil, every: $0, at: now + $0) }
        return [.adopt(loaded.text)] + slots.indices.map { startWorker(in: $0, at: now) }
    }

    mutating func loaderFailed(_ failure: BootFailure, for swap: UInt64 = 0) {
        if swap == 0 {
            loaderFailure = failure
        } else if let index = swaps.firstIndex(where: { $0.id == swap }) {
            swaps[index].failure = failure
        }
    }

    /// The system refused to make a loader's process.
    mutating func loaderNotForked(_ failure: BootFailure, for swap: UInt64, at now: MonotonicInstant)
        -> [SupervisorAction]
    {
        if swap > 0 { return failSwap(swap, failure, at: now) }
        return [.end(status: failure.status, error: failure.message)]
    }

    mutating func forked(_ worker: WorkerIdentity, pid: Int32) {
        guard isCurrent(worker) else { return }
        slots[worker.slot].pid = pid
    }

    /// The system refused to make a process.
    mutating func forkFailed(_ worker: WorkerIdentity, because reason: String, at now: MonotonicInstant)
        -> [SupervisorAction]
    {
        let failure = BootFailure("cannot start \(worker): \(reason)", status: ExitStatus.system)
        return workerGone(worker.slot, end: .exited(ExitStatus.system), failure: failure, at: now)
    }

    mutating func startWaiting(at now: MonotonicInstant) -> [SupervisorAction] {
        slots.indices.compactMap { index in
            guard case .waiting(let until) = slots[index].state, until <= now else { return nil }
            return startWorker(in: index, at: now)
        }
    }

    mutating func startWorker(in index: Int, at now: MonotonicInstant) -> SupervisorAction {
        lastSerial += 1
        let worker = WorkerIdentity(slot: index, serial: lastSerial)
        slots[index] = Slot(
            state: .starting(since: now), worker: worker, failures: slots[index].failures, generation: generation)
        return .forkWorker(worker)
    }

    func isCurrent(_ worker: WorkerIdentity) -> Bool {
        slots.indices.contains(worker.slot) && slots[worker.slot].isOccupied && slots[worker.slot].worker == worker
    }

    /// Whether a worker that was to be started still is.
    func wants(_ worker: WorkerIdentity) -> Bool {
        phase == .serving && isCurrent(worker)
    }

    // MARK: Words of workers

    mutating func workerReady(_ worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction] {
        guard isCurrent(worker), case .starting = slots[worker.slot].state else { return [] }
        slots[worker.slot].state = .serving(since: now)
        wasReady = true
        var actions: [SupervisorAction] = []
        if saidReady {
            actions.append(.report(.workerReplaced(worker, pid: slots[worker.slot].pid)))
        } else if slots.allSatisfy(\.isServing) {
            saidReady = true
            actions.append(.report(.ready(workers: slots.count)))
        }
        return actions + assignBereaved() + swapMet(worker)
    }

    mutating func workerFailed(_ worker: WorkerIdentity, _ failure: BootFailure) {
        guard isCurrent(worker) else { return }
        slots[worker.slot].failure = failure
    }

    mutating func leasesReleased(owner: String) {
        orphaned.removeAll { $0.owner == owner }
    }
}

extension SupervisorMachine.Slot {
    /// Whether a process has this slot.
    var isOccupied: Bool {
        switch state {
        case .starting, .serving, .aborting: true
        case .waiting, .empty: false
        }
    }

    var isServing: Bool {
        if case .serving = state { true } else { false }
    }
}
