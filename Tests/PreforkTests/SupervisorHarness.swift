import System

@testable import Prefork

/// A machine with a clock that the test turns, and the processes that it believes to exist.
struct SupervisorHarness {
    var machine: SupervisorMachine
    var now = MonotonicInstant(milliseconds: 1_000_000)
    /// When each slot last gave a sign of life; nil means just now.
    var heartbeats: [Int: MonotonicInstant] = [:]
    /// How long the machine has been suspended in all.
    var suspended = Duration.zero
    /// Processes that a debugger holds.
    var traced: Set<Int32> = []
    private var lastPID: Int32 = 100
    private(set) var pids: [WorkerIdentity: Int32] = [:]
    private(set) var seen: [SupervisorAction] = []
    /// The loaders' processes by their exchange; 0 for the first.
    private(set) var loaders: [UInt64: Int32] = [:]
    private(set) var jobs: [UInt64: Int32] = [:]
    /// The process of a new binary.
    private(set) var binary: Int32?

    init(workers: Int = 2, _ change: (inout SupervisorLimits) -> Void = { _ in }) {
        var limits = SupervisorLimits(workers: workers)
        change(&limits)
        machine = SupervisorMachine(limits: limits) { "owner-\($0.serial)" }
    }

    /// A stage whose workers all serve and have done so for a while.
    static func serving(workers: Int = 2, _ change: (inout SupervisorLimits) -> Void = { _ in }) -> SupervisorHarness {
        var harness = SupervisorHarness(workers: workers, change)
        harness.start()
        harness.load()
        for worker in harness.current { harness.ready(worker) }
        harness.pass(.seconds(2))
        harness.forget()
        return harness
    }

    /// The workers that have a process, by slot.
    var current: [WorkerIdentity] { machine.slots.filter(\.isOccupied).map(\.worker) }

    mutating func start() { take(machine.start(at: now)) }
    mutating func load() { take(machine.loaded(Loaded("model"), at: now)) }
    mutating func load(_ loaded: Loaded, for swap: UInt64) { take(machine.loaded(loaded, for: swap, at: now)) }
    mutating func ready(_ worker: WorkerIdentity) { take(machine.workerReady(worker, at: now)) }
    mutating func signal(_ action: SignalAction) { take(machine.signal(action, at: now)) }

    mutating func loaderEnds(_ end: ProcessEnd, for swap: UInt64 = 0) {
        guard let pid = loaders.removeValue(forKey: swap) else { return }
        take(machine.childEnded(pid: pid, end, at: now))
    }

    mutating func jobEnds(_ id: UInt64, _ end: ProcessEnd) {
        guard let pid = jobs.removeValue(forKey: id) else { return }
        take(machine.childEnded(pid: pid, end, at: now))
    }

    mutating func exhausted(_ worker: WorkerIdentity, _ exhaustion: Exhaustion = .requests(1000)) {
        take(machine.workerExhausted(worker, exhaustion, at: now))
    }

    mutating func binaryReady() { take(machine.binaryReady(at: now)) }

    mutating func binaryEnds(_ end: ProcessEnd) {
        guard let pid = binary else { return }
        binary = nil
        take(machine.childEnded(pid: pid, end, at: now))
    }

    mutating func ends(_ worker: WorkerIdentity, _ end: ProcessEnd) {
        guard let pid = pids[worker] else { return }
        take(machine.childEnded(pid: pid, end, at: now))
    }

    /// Lets time pass, in steps of at most a second as the driver does.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        repeat {
            now = min(end, now + .seconds(1))
            tick()
        } while now < end
    }

    /// Lets time pass as if this process had been stopped.
    mutating func freeze(_ duration: Duration) {
        now = now + duration
        tick()
    }

    mutating func forget() { seen = [] }

    private mutating func tick() {
        let heartbeats = heartbeats
        let (now, traced) = (now, traced)
        take(
            machine.tick(at: now, suspended: suspended, isTraced: { traced.contains($0) }) { heartbeats[$0] ?? now })
    }

    mutating func take(_ actions: [SupervisorAction]) {
        for action in actions {
            seen.append(action)
            lastPID += 1
            switch action {
            case .forkLoader(_, let swap), .forkRefresher(_, let swap), .forkReloader(let swap):
                loaders[swap] = lastPID
                machine.loaderForked(pid: lastPID, for: swap)
            case .startBinary:
                binary = lastPID
                machine.binaryStarted(pid: lastPID)
            case .forkJob(let job):
                jobs[job.id] = lastPID
                machine.jobForked(job.id, pid: lastPID)
            case .forkWorker(let worker):
                pids[worker] = lastPID
                machine.forked(worker, pid: lastPID)
            default: break
            }
        }
    }
}
