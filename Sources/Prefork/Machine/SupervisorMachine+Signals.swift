import System

/// Signals, and the number of workers.
extension SupervisorMachine {
    /// Further signals that change the workers are passed over while so many wait.
    private static let maxWaitingSignals = 64

    mutating func signal(_ action: SignalAction, at now: MonotonicInstant) -> [SupervisorAction] {
        if action != .childEnded, let pid = serviceToBe { return passOn(action, to: pid, at: now) }
        return switch action {
        case .childEnded: []
        case .stopGracefully: stopGracefully(at: now)
        case .stopNow: stop(acceptFor: .zero, finishWithin: .zero, at: now)
        case .hangUp: limits.isOnTerminal ? stopGracefully(at: now) : change(action, at: now)
        case .retireWorkers: limits.isOnTerminal ? [] : change(action, at: now)
        case .addWorker, .removeWorker, .upgradeBinary: change(action, at: now)
        case .reopenLogs: reopenLogs()
        }
    }

    /// Serves a signal while the service manager, and whoever asks it, takes this process for a service that is a new
    /// binary by now.
    private mutating func passOn(_ action: SignalAction, to binary: Int32, at now: MonotonicInstant)
        -> [SupervisorAction]
    {
        let asked = SupervisorAction.signalBinary(pid: binary, .ask(action))
        switch action {
        case .stopGracefully: return stopGracefully(at: now)
        case .stopNow: return stop(acceptFor: .zero, finishWithin: .zero, at: now)
        case .upgradeBinary: return [.report(.upgradeTooEarly)]
        case .hangUp:
            hangUps += 1
            return [asked]
        case .reopenLogs: return reopenLogs() + [asked]
        case .addWorker, .removeWorker, .retireWorkers: return [asked]
        case .childEnded: return []
        }
    }

    private func reopenLogs() -> [SupervisorAction] {
        [.reopenLogs] + slots.filter(\.isOccupied).map { .tell($0.worker, .reopenLogs) }
    }

    private mutating func stopGracefully(at now: MonotonicInstant) -> [SupervisorAction] {
        stop(acceptFor: limits.drainDelay, finishWithin: limits.gracePeriod, at: now)
    }

    /// Serves a signal that changes the workers, or lets it wait.
    private mutating func change(_ action: SignalAction, at now: MonotonicInstant) -> [SupervisorAction] {
        switch phase {
        case .idle, .stopping, .ended: return []
        case .loading, .serving: break
        }
        if action == .upgradeBinary, !hasTakenOver { return [.report(.upgradeTooEarly)] }
        if isSuperseded || upgrade != nil && action == .upgradeBinary { return [.report(.signalSuperseded)] }
        if action == .hangUp { hangUps += 1 }
        guard wasReady, reload == nil, upgrade == nil, waitingSignals.isEmpty else {
            // To read again twice after one another finds nothing new, nor does a third binary.
            let isRepeated = waitingSignals.last == action && [.hangUp, .upgradeBinary].contains(action)
            if !isRepeated, waitingSignals.count < Self.maxWaitingSignals { waitingSignals.append(action) }
            return []
        }
        return serve(action, at: now)
    }

    private mutating func serve(_ action: SignalAction, at now: MonotonicInstant) -> [SupervisorAction] {
        switch action {
        case .hangUp: beginReload(at: now)
        case .addWorker: addWorker(at: now)
        case .removeWorker: removeWorker(at: now)
        case .retireWorkers: retireMembers(at: now)
        case .upgradeBinary: beginUpgrade(at: now)
        case .stopGracefully, .stopNow, .childEnded, .reopenLogs: []
        }
    }

    /// Serves what has waited, as far as nothing holds it up again.
    mutating func serveWaitingSignals(at now: MonotonicInstant) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        while phase == .serving, wasReady, reload == nil, upgrade == nil, !waitingSignals.isEmpty {
            actions += serve(waitingSignals.removeFirst(), at: now)
        }
        return actions
    }

    private mutating func addWorker(at now: MonotonicInstant) -> [SupervisorAction] {
        let count = members.count
        guard count < limits.maxWorkers else { return [.report(.workersUnchanged(.locksAreNotShared))] }
        guard let place = freePlace() else { return [.report(.workersUnchanged(.noPlace))] }
        return [.report(.workersChanged(to: count + 1)), startWorker(in: place, as: .member, at: now)]
    }

    private mutating func removeWorker(at now: MonotonicInstant) -> [SupervisorAction] {
        let members = members
        guard members.count > 1, let last = members.last else { return [.report(.workersUnchanged(.last))] }
        return [.report(.workersChanged(to: members.count - 1))] + retire(last, at: now)
    }

    private mutating func retireMembers(at now: MonotonicInstant) -> [SupervisorAction] {
        var actions: [SupervisorAction] = [.report(.workersChanged(to: 0))]
        for index in members { actions += retire(index, at: now) }
        return actions
    }
}
