import System

extension SupervisorMachine {
    /// Looks at the clock and at the heartbeats.
    ///
    /// - Parameters:
    ///   - suspended: How long the machine has been suspended in all, during which the clock stands still.
    ///   - isTraced: Whether a debugger holds a process, which is silent then.
    ///   - lastHeartbeat: The last sign of life in a slot of the scoreboard.
    mutating func tick(
        at now: MonotonicInstant, suspended: Duration = .zero, isTraced: (Int32) -> Bool = { _ in false },
        lastHeartbeat: (Int) -> MonotonicInstant
    ) -> [SupervisorAction] {
        let stoodStill = lastTick.map { now.since($0) > Self.maxPause } ?? false
        let wasSuspended = lastSuspended.map { suspended - $0 > Self.maxSuspension } ?? false
        if stoodStill || wasSuspended { lenientUntil = now + limits.heartbeatLimit }
        (lastTick, lastSuspended) = (now, suspended)
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
            let binary = binaryToEnd.map { [SupervisorAction.signalBinary(pid: $0, .kill)] } ?? []
            return reportKilled() + killAll() + binary
        case .serving:
            return checkHeartbeats(at: now, isTraced, lastHeartbeat: lastHeartbeat) + startWaiting(at: now)
                + checkReload(at: now) + checkSwap(at: now) + checkRefresh(at: now) + checkUpgrade(at: now)
        }
    }

    /// When ``tick(at:lastHeartbeat:)`` has something to do next, signals and messages aside.
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

    mutating func checkHeartbeats(
        at now: MonotonicInstant, _ isTraced: (Int32) -> Bool, lastHeartbeat: (Int) -> MonotonicInstant
    ) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        for (index, slot) in slots.enumerated() where slot.isOccupied {
            switch slot.state {
            case .aborting(let killAt):
                guard now >= killAt else { continue }
                slots[index].state = .aborting(killAt: now + limits.abortPatience)
                actions.append(.signal(slot.worker, pid: slot.pid, .kill))
            case .retiring(let killAt) where now >= killAt:
                slots[index].state = .aborting(killAt: now + limits.abortPatience)
                actions.append(.report(.workerKilled(slot.worker, pid: slot.pid)))
                actions.append(.signal(slot.worker, pid: slot.pid, .kill))
            case .starting(let since), .serving(let since):
                actions += judge(index, isTraced, silence: now.since(max(since, lastHeartbeat(index))), at: now)
            case .retiring:
                actions += judge(index, isTraced, silence: now.since(lastHeartbeat(index)), at: now)
            case .waiting, .empty: continue
            }
        }
        return actions
    }

    private mutating func judge(
        _ index: Int, _ isTraced: (Int32) -> Bool, silence: Duration, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        let slot = slots[index]
        guard silence > limits.heartbeatLimit, now >= lenientUntil, !isTraced(slot.pid) else { return [] }
        slots[index].state = .aborting(killAt: now + limits.abortPatience)
        return [
            .report(.workerStuck(slot.worker, pid: slot.pid, silentFor: silence)),
            .signal(slot.worker, pid: slot.pid, .abort),
        ]
    }
}
