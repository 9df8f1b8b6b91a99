import System

/// Why a worker asks to be replaced.
package enum Exhaustion: Sendable, Hashable {
    /// It has responded to so many requests.
    case requests(Int)
    /// It has so many bytes of memory.
    case memory(Int)
}

/// A worker that has done or taken as much as it may is relieved: another one starts beside it, and it retires when that
/// serves. One at a time, so that workers that were started together are not all new at the same time.
extension SupervisorMachine {
    /// How long after a relief that has failed, or that may not help, the next one is tried. The worker asks on.
    static let reliefPause = Duration.seconds(30)

    mutating func workerExhausted(
        _ worker: WorkerIdentity, _ exhaustion: Exhaustion, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        guard phase == .serving, saidReady, reload == nil, upgrade == nil, now >= noReliefUntil, isCurrent(worker),
            slots[worker.slot].isServing, slots[worker.slot].role == .member,
            !slots.contains(where: { $0.role.isRelief }), let place = freePlace()
        else { return [] }
        // A limit below what a new worker needs would have workers replaced all the time.
        if case .memory = exhaustion { noReliefUntil = now + Self.reliefPause }
        return [
            .report(.workerExhausted(worker, pid: slots[worker.slot].pid, exhaustion)),
            startWorker(in: place, as: .relief(of: worker.slot), at: now),
        ]
    }

    /// A relief serves: the other worker retires.
    mutating func reliefServes(_ worker: WorkerIdentity, of other: Int, at now: MonotonicInstant) -> [SupervisorAction]
    {
        guard slots[worker.slot].modelNumber == modelNumber else {
            // The model was exchanged meanwhile. The other one asks again.
            return retire(worker.slot, at: now)
        }
        slots[worker.slot].role = .member
        return [.report(.workerReplaced(worker, pid: slots[worker.slot].pid))] + retire(other, at: now)
            + assignOrphans() + swapMet(worker)
    }

    /// Nobody needs the relief of a worker that was to end anyway.
    mutating func dropRelief(of index: Int, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let relief = relief(of: index) else { return [] }
        return retire(relief, at: now)
    }

    /// A worker has died while another one was to relieve it: that one takes its place.
    mutating func promoteRelief(of index: Int) -> Bool {
        guard let relief = relief(of: index) else { return false }
        slots[relief].role = .member
        return true
    }

    private func relief(of index: Int) -> Int? { slots.firstIndex { $0.role == .relief(of: index) } }
}
