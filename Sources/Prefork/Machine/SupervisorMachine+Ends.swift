import System

/// How the machine judges processes that have ended.
extension SupervisorMachine {
    mutating func childEnded(pid: Int32, _ end: ProcessEnd, at now: MonotonicInstant) -> [SupervisorAction] {
        if pid == loader { return loaderEnded(end, at: now) }
        if swapLoaders.remove(pid) != nil {
            return swapLoaderEnded(pid: pid, end, at: now) + reloaderEnded(pid: pid, end, at: now) + finishIfDone()
        }
        if let actions = jobEnded(pid: pid, end) ?? binaryEnded(pid: pid, end, at: now) { return actions }
        guard let slot = slots.firstIndex(where: { $0.isOccupied && $0.pid == pid }) else {
            return [.report(.orphanReaped(pid: pid))]
        }
        return workerGone(slot, end: end, failure: slots[slot].failure, at: now)
    }

    mutating func loaderEnded(_ end: ProcessEnd, at now: MonotonicInstant) -> [SupervisorAction] {
        loader = nil
        guard case .loading = phase else { return finishIfDone() }
        let failure =
            loaderFailure
            ?? BootFailure("the process that prepares the model \(end)", status: ExitStatus.software)
        phase = .ended
        return [.end(status: failure.status, error: failure.message)]
    }

    mutating func workerGone(
        _ index: Int, end: ProcessEnd, failure: BootFailure?, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        let slot = slots[index]
        let worker = slot.worker
        slots[index] = Slot(role: slot.role, worker: worker, failures: slot.failures, ordinal: slot.ordinal)
        for index in orphaned.indices where orphaned[index].assignee == worker { orphaned[index].assignee = nil }
        var actions: [SupervisorAction] = [.retire(worker)] + jobsOrphaned(by: worker)
        if case .stopping = phase {
            if end != .exited(0) { actions += orphan(worker) }
            return actions + finishIfDone()
        }
        if slot.role != .member {
            slots[index] = Slot()
            let isClean = slot.role == .leaving && end == .exited(0)
            actions += slot.hasBeenReady && !isClean ? orphan(worker) : assignOrphans()
            let failure = failure ?? BootFailure("\(worker) \(end) while it started", status: ExitStatus.software)
            if slot.role.isRelief {
                noReliefUntil = now + Self.reliefPause
                actions.append(.report(.workerNotStarted(worker, failure, replacedIn: Self.reliefPause)))
            }
            return actions + (slot.role == .successor ? failReload(failure, at: now) : [])
                + discardEarlierModels() + swapLost(worker, at: now)
        }
        if !wasReady {
            let failure = failure ?? BootFailure("\(worker) \(end) while it started", status: ExitStatus.software)
            return actions + abandonStart(failure)
        }
        if promoteRelief(of: index) {
            slots[index] = Slot()
            actions.append(.report(.workerEnded(worker, pid: slot.pid, end, replacedIn: .zero)))
            return actions + orphan(worker) + swapLost(worker, at: now)
        }
        let wasHealthy =
            if case .serving(let since) = slot.state { now.since(since) >= limits.healthyAfter } else { false }
        slots[index].failures = wasHealthy ? 0 : slot.failures + 1
        let delay = limits.delay(after: slots[index].failures)
        slots[index].state = .waiting(until: now + delay)
        actions += slot.hasBeenReady ? orphan(worker) : assignOrphans()
        if let failure {
            actions.append(.report(.workerNotStarted(worker, failure, replacedIn: delay)))
        } else {
            actions.append(.report(.workerEnded(worker, pid: slot.pid, end, replacedIn: delay)))
        }
        return actions + startWaiting(at: now) + swapLost(worker, at: now)
    }

    /// Nothing was ever served, so nothing has to be finished.
    mutating func abandonStart(_ failure: BootFailure) -> [SupervisorAction] {
        phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: failure.status, error: failure.message)
        forgetUnforked()
        return killAll() + finishIfDone()
    }

    // MARK: Leases of the dead

    mutating func orphan(_ worker: WorkerIdentity) -> [SupervisorAction] {
        orphaned.append((owner(worker), nil))
        return assignOrphans()
    }

    mutating func assignOrphans() -> [SupervisorAction] {
        guard let living = slots.first(where: \.isServing)?.worker else { return [] }
        return orphaned.indices.compactMap { index in
            guard orphaned[index].assignee == nil else { return nil }
            orphaned[index].assignee = living
            return .tell(living, .releaseLeases(owner: orphaned[index].owner))
        }
    }
}
