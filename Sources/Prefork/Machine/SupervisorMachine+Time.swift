import System

/// Heartbeats and deadlines.
extension SupervisorMachine {
    /// Looks at the clock and at the heartbeats.
    ///
    /// - Parameter lastBeat: The last sign of life in a slot of the scoreboard.
    mutating func tick(at now: MonotonicInstant, lastBeat: (Int) -> MonotonicInstant) -> [SupervisorAction] {
        if let lastTick, now.since(lastTick) > Self.maxPause { lenientUntil = now + limits.heartbeatLimit }
        lastTick = now
        switch phase {
        case .idle, .ended: return []
        case .loading(let until):
            guard now >= until, loaderFailure == nil else { return [] }
            let limit = limits.loadingLimit
            loaderFailure = BootFailure("the model was not prepared within \(limit)", status: ExitStatus.unavailable)
            return killLoaders()
        case .stopping(let killAt, let status, let error):
            guard now >= killAt else { return [] }
            phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: status, error: error)
            return reportKilled() + killAll()
        case .serving:
            return checkHeartbeats(at: now, lastBeat: lastBeat) + startWaiting(at: now) + checkSwap(at: now)
                + checkRefresh(at: now)
        }
    }

    /// When ``tick(at:lastBeat:)`` has something to do next, signals and messages aside.
    func nextTick(after now: MonotonicInstant) -> MonotonicInstant {
        switch phase {
        case .idle, .ended: return now
        case .loading(let until): return until
        case .stopping(let killAt, _, _): return min(killAt, now + Self.tickInterval)
        case .serving:
            let waiting = slots.compactMap { if case .waiting(let until) = $0.state { until } else { nil } }
            return min(waiting.min() ?? now + Self.tickInterval, now + Self.tickInterval)
        }
    }

    mutating func checkHeartbeats(at now: MonotonicInstant, lastBeat: (Int) -> MonotonicInstant) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        for (index, slot) in slots.enumerated() where slot.isOccupied {
            switch slot.state {
            case .aborting(let killAt):
                guard now >= killAt else { continue }
                slots[index].state = .aborting(killAt: now + limits.abortPatience)
                actions.append(.signal(slot.worker, pid: slot.pid, .kill))
            case .starting(let since), .serving(let since):
                let silence = now.since(max(since, lastBeat(index)))
                guard silence > limits.heartbeatLimit, now >= lenientUntil else { continue }
                slots[index].state = .aborting(killAt: now + limits.abortPatience)
                actions.append(.report(.workerStuck(slot.worker, pid: slot.pid, silentFor: silence)))
                actions.append(.signal(slot.worker, pid: slot.pid, .abort))
            case .waiting, .empty: continue
            }
        }
        return actions
    }
}
