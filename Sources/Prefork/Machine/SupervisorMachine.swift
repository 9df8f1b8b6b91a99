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
/// - A reload starts a new generation of workers; the old one retires when all of the new serve, and stays if one does
///   not come to that.
/// - A new binary's workers serve beside the old, which retire when all of the new serve, and come back where it fails.
/// - A worker that is exhausted retires when another one serves in its place.
/// - Signals that change the workers wait for a reload or a new binary, and for the first worker, to be done.
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
            /// It was asked to end; KILL follows at this time.
            case retiring(killAt: MonotonicInstant)
            /// ABRT was sent; KILL follows at this time.
            case aborting(killAt: MonotonicInstant)
            case empty
        }

        /// What becomes of the place when its worker ends.
        enum Role: Equatable {
            /// It is nobody's.
            case free
            /// Another takes it.
            case member
            /// It becomes free: the worker was to end.
            case leaving
            /// It becomes free, and the generation that it was to belong to does not come.
            case successor
            /// It becomes free, unless another worker, which it is to relieve, has ended.
            case relief(of: Int)

            var isRelief: Bool { if case .relief = self { true } else { false } }
        }

        var state = State.empty
        var role = Role.free
        var worker = WorkerIdentity(slot: 0, serial: 0)
        var pid: Int32 = 0
        /// Ends in a row before the worker was healthy.
        var failures = 0
        /// Which of the models that were ever in use it serves.
        var modelNumber = 0
        /// Which set of workers it belongs to.
        var generation = 0
        /// Its number among those that serve beside it, from 0.
        var ordinal = 0
        /// Whether it was ever ready.
        var hasBeenReady = false
        /// What a worker that gave up said before it ended.
        var failure: BootFailure?
    }

    var limits: SupervisorLimits
    /// How many processes may have a place; the scoreboard has so many.
    let places: Int
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
    /// Exchanges of what is in use, in the order in which they were asked for.
    var swaps: [ModelSwap] = []
    var lastSwap: UInt64 = 0
    /// Counts the models that were ever in use.
    var modelNumber = 0
    /// Counts the sets of workers, from 1.
    var generation = 1
    /// What the present generation read when it was made; empty for what the program was started with.
    var settings: [UInt8] = []
    var reload: Reload?
    var upgrade: BinaryUpgrade?
    /// Whether no supervisor watches this one that was there before it.
    var hasTakenOver = true
    /// Until then no worker is relieved.
    var noReliefUntil = MonotonicInstant(milliseconds: 0)
    /// Models of earlier generations, which some of their workers may still use.
    var earlierModels: [(text: String, generation: Int)] = []
    /// How often it was asked to read everything again.
    var hangUps = 0
    /// Signals that wait.
    var waitingSignals: [SignalAction] = []
    /// What all workers serve, or are about to.
    var active = ""
    /// Where ``active`` came from, as a worker asked for it; nil for what is in use from the start.
    var activeSource: String?
    var refresh: Refresh?
    var lastTick: MonotonicInstant?
    var lastSuspended: Duration?
    /// Until then nobody is judged by their heartbeat, because this process itself, or the machine, stood still.
    var lenientUntil = MonotonicInstant(milliseconds: 0)

    init(limits: SupervisorLimits, owner: @escaping @Sendable (WorkerIdentity) -> String) {
        self.limits = limits
        places = limits.places
        self.owner = owner
        jobs = JobQueue(limits.jobs)
        slots = Array(repeating: Slot(), count: limits.workers)
    }

    static let tickInterval = Duration.seconds(1)
    /// A longer pause between ticks means that this process was stopped, and its workers probably with it.
    static let maxPause = Duration.seconds(5)
    /// The difference of two clocks that are read one after the other is no suspension.
    static let maxSuspension = Duration.seconds(1)
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
        if let reload, reload.id == swap { return reloadLoaded(loaded, at: now) }
        if phase == .serving { return swapLoaded(loaded, for: swap, at: now) }
        guard case .loading = phase else { return [] }
        phase = .serving
        active = loaded.text
        refresh = loaded.refreshAfter.map { Refresh(source: nil, every: $0, at: now + $0) }
        return [.adopt(loaded.text)] + slots.indices.map { startWorker(in: $0, as: .member, at: now) }
    }

    mutating func loaderFailed(_ failure: BootFailure, for swap: UInt64 = 0) {
        if swap == 0 {
            loaderFailure = failure
        } else if reload?.id == swap {
            reload?.failure = failure
        } else if let index = swaps.firstIndex(where: { $0.id == swap }) {
            swaps[index].failure = failure
        }
    }

    /// The system refused to make a loader's process.
    mutating func loaderNotForked(_ failure: BootFailure, for swap: UInt64, at now: MonotonicInstant)
        -> [SupervisorAction]
    {
        if reload?.id == swap { return failReload(failure, at: now) }
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
            return startWorker(in: index, as: .member, at: now)
        }
    }

    mutating func startWorker(in index: Int, as role: Slot.Role, at now: MonotonicInstant) -> SupervisorAction {
        lastSerial += 1
        let worker = WorkerIdentity(slot: index, serial: lastSerial)
        slots[index] = Slot(
            state: .starting(since: now), role: role, worker: worker, failures: slots[index].failures,
            modelNumber: modelNumber, generation: role == .successor ? generation + 1 : generation,
            ordinal: ordinal(in: index, as: role))
        return .forkWorker(worker)
    }

    /// The lowest number that none has that serves beside it, or that of the one whose place it takes.
    private func ordinal(in index: Int, as role: Slot.Role) -> Int {
        if case .relief(let other) = role { return slots[other].ordinal }
        let taken = Set(slots.indices.filter { $0 != index && slots[$0].role == role }.map { slots[$0].ordinal })
        return (0...taken.count).first { !taken.contains($0) } ?? 0
    }

    /// A place that is nobody's; nil where all are taken.
    mutating func freePlace() -> Int? {
        if let free = slots.firstIndex(where: { $0.role == .free }) { return free }
        guard slots.count < places else { return nil }
        slots.append(Slot())
        return slots.count - 1
    }

    /// The places of the workers that there are to be.
    var members: [Int] { slots.indices.filter { slots[$0].role == .member } }

    func isCurrent(_ worker: WorkerIdentity) -> Bool {
        slots.indices.contains(worker.slot) && slots[worker.slot].isOccupied && slots[worker.slot].worker == worker
    }

    /// Whether a worker that was to be started still is.
    func wants(_ worker: WorkerIdentity) -> Bool { phase == .serving && isCurrent(worker) }

    // MARK: Words of workers

    mutating func workerReady(_ worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction] {
        guard isCurrent(worker), case .starting = slots[worker.slot].state else { return [] }
        slots[worker.slot].state = .serving(since: now)
        slots[worker.slot].hasBeenReady = true
        wasReady = true
        switch slots[worker.slot].role {
        case .successor: return assignOrphans() + successorServes(at: now)
        case .relief(let other): return reliefServes(worker, of: other, at: now)
        case .free, .member, .leaving: break
        }
        var actions: [SupervisorAction] = []
        if saidReady {
            actions.append(.report(.workerReplaced(worker, pid: slots[worker.slot].pid)))
        } else if members.allSatisfy({ slots[$0].isServing }) {
            saidReady = true
            actions.append(.report(.ready(workers: members.count)))
        }
        return actions + assignOrphans() + swapMet(worker) + serveWaitingSignals(at: now)
    }

    mutating func workerFailed(_ worker: WorkerIdentity, _ failure: BootFailure) {
        guard isCurrent(worker) else { return }
        slots[worker.slot].failure = failure
    }

    mutating func leasesReleased(owner: String) { orphaned.removeAll { $0.owner == owner } }
}

extension SupervisorMachine.Slot {
    /// Whether a process has this slot.
    var isOccupied: Bool {
        switch state {
        case .starting, .serving, .retiring, .aborting: true
        case .waiting, .empty: false
        }
    }

    var isServing: Bool { if case .serving = state { true } else { false } }
}
