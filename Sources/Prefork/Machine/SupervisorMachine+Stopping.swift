import System

/// Signals, and the end of all workers.
extension SupervisorMachine {
    mutating func signal(_ action: SignalAction, at now: MonotonicInstant) -> [SupervisorAction] {
        switch action {
        case .childEnded: return []
        case .unsupported(let name): return [.report(.signalUnsupported(name))]
        case .stopGracefully: return stop(acceptFor: limits.drainDelay, finishWithin: limits.gracePeriod, at: now)
        case .stopQuickly: return stop(acceptFor: .zero, finishWithin: limits.quickGracePeriod, at: now)
        case .stopNow: return stop(acceptFor: .zero, finishWithin: .zero, at: now)
        }
    }

    mutating func stop(
        acceptFor: Duration, finishWithin: Duration, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        switch phase {
        case .idle, .ended: return []
        case .stopping(_, let status, let error):
            phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: status, error: error)
            return reportKilled() + killAll()
        case .loading:
            phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: 0, error: nil)
            return killLoaders() + finishIfDone()
        case .serving:
            let patience = acceptFor + finishWithin
            let isNow = patience == .zero
            let killAt = isNow ? MonotonicInstant(milliseconds: .max) : now + patience + Self.margin
            phase = .stopping(killAt: killAt, status: 0, error: nil)
            forgetUnforked()
            swaps = []
            let workers = slots.count { $0.isOccupied }
            let stop: [SupervisorAction] =
                isNow
                ? killAll()
                : slots.filter(\.isOccupied).map {
                    .tell($0.worker, .stop(acceptFor: acceptFor, finishWithin: finishWithin))
                }
            return [.report(.stopping(workers: workers, patience: patience)), .closeListener]
                + killLoaders() + stop + finishIfDone()
        }
    }

    /// Gives up the workers that have no process yet.
    mutating func forgetUnforked() {
        for index in slots.indices where !slots[index].isOccupied || slots[index].pid == 0 {
            slots[index].state = .empty
        }
    }

    func killLoaders() -> [SupervisorAction] {
        ([loader].compactMap(\.self) + swapLoaders.sorted()).map { .killLoader(pid: $0) }
    }

    func killAll() -> [SupervisorAction] {
        slots.filter(\.isOccupied).map { .signal($0.worker, pid: $0.pid, .kill) }
    }

    func reportKilled() -> [SupervisorAction] {
        let workers = slots.count { $0.isOccupied }
        return workers > 0 ? [.report(.killed(workers: workers))] : []
    }

    mutating func finishIfDone() -> [SupervisorAction] {
        guard case .stopping(_, let status, let error) = phase, loader == nil, swapLoaders.isEmpty,
            !slots.contains(where: \.isOccupied)
        else { return [] }
        phase = .ended
        return [.end(status: status, error: error)]
    }
}
