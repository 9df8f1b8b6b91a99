import System

/// A new binary on the same sockets (USR2): a supervisor of its own, whose workers start beside those that serve. When
/// all of them are ready, the old workers retire. The old supervisor watches the new one until they have ended, and for
/// the retire timeout at least: where the new one fails meanwhile, the old one serves again.
struct BinaryUpgrade: Equatable {
    enum Stage: Equatable {
        /// It has to be ready by then.
        case starting(until: MonotonicInstant)
        /// It was killed for this reason.
        case killed(BootFailure)
        /// It serves in the place of so many workers of this supervisor, which watches it until then.
        case serving(insteadOf: Int, watchedUntil: MonotonicInstant)
    }

    var stage: Stage
    /// The new supervisor; 0 until it is started, and when it has ended as it was asked to.
    var pid: Int32 = 0

    var isServing: Bool { if case .serving = stage { true } else { false } }
}

extension SupervisorMachine {
    /// Whether the workers of a new binary serve in the place of this supervisor's.
    var isSuperseded: Bool { upgrade?.isServing ?? false }

    /// The new binary that serves, for which the service manager still takes this process.
    var serviceToBe: Int32? {
        guard limits.isService, phase == .serving, let upgrade, upgrade.isServing, upgrade.pid > 0 else { return nil }
        return upgrade.pid
    }

    /// The new binary that ends with this server: one that does not serve yet, or for which the service manager takes
    /// this process.
    var binaryToEnd: Int32? {
        guard let upgrade, upgrade.pid > 0, limits.isService || !upgrade.isServing else { return nil }
        return upgrade.pid
    }

    mutating func beginUpgrade(at now: MonotonicInstant) -> [SupervisorAction] {
        guard !limits.isInit else { return [.report(.upgradeUnavailable)] }
        upgrade = BinaryUpgrade(stage: .starting(until: now + limits.upgradeLimit))
        return [.startBinary]
    }

    mutating func binaryStarted(pid: Int32) { upgrade?.pid = pid }

    /// The system refused to start the new binary.
    mutating func binaryNotStarted(_ failure: BootFailure, at now: MonotonicInstant) -> [SupervisorAction] {
        failUpgrade(failure, at: now)
    }

    /// All workers of the new binary serve.
    mutating func binaryReady(at now: MonotonicInstant) -> [SupervisorAction] {
        guard phase == .serving, let upgrade, case .starting = upgrade.stage else { return [] }
        let members = members
        self.upgrade?.stage = .serving(insteadOf: members.count, watchedUntil: now + limits.retireTimeout)
        // They ask for what these workers do, which retire.
        waitingSignals = []
        var actions: [SupervisorAction] = [.mainProcess(pid: upgrade.pid), .report(.upgraded(pid: upgrade.pid))]
        let failure = BootFailure("a new version of the server takes over; try again", status: ExitStatus.unavailable)
        for swap in swaps {
            if case .committing = swap.stage { continue }
            if let loader = swap.loader { actions.append(.killLoader(pid: loader)) }
            actions += failSwap(swap.id, failure, at: now)
        }
        for index in members { actions += retire(index, at: now) }
        return actions
    }

    /// The end of a process that is the new binary; nil where it is not.
    mutating func binaryEnded(pid: Int32, _ end: ProcessEnd, at now: MonotonicInstant) -> [SupervisorAction]? {
        guard let upgrade, upgrade.pid == pid else { return nil }
        guard phase == .serving else {
            self.upgrade = nil
            return finishIfDone()
        }
        switch upgrade.stage {
        case .starting:
            return failUpgrade(BootFailure("the new binary \(end)", status: ExitStatus.software), at: now)
        case .killed(let failure): return failUpgrade(failure, at: now)
        case .serving(let workers, _):
            guard end != .exited(0) else {
                // Somebody has ended the server, or a third binary serves.
                self.upgrade = BinaryUpgrade(stage: .serving(insteadOf: workers, watchedUntil: now))
                return []
            }
            self.upgrade = nil
            let starts = (0..<workers).compactMap { _ in
                freePlace().map { startWorker(in: $0, as: .member, at: now) }
            }
            return [.mainProcess(pid: nil), .report(.upgradeReverted(end))] + starts
        }
    }

    mutating func checkUpgrade(at now: MonotonicInstant) -> [SupervisorAction] {
        guard let upgrade else { return [] }
        switch upgrade.stage {
        case .starting(let until) where now >= until:
            let failure = BootFailure(
                "the new binary was not ready within \(limits.upgradeLimit)", status: ExitStatus.unavailable)
            self.upgrade?.stage = .killed(failure)
            return [.signalBinary(pid: upgrade.pid, .kill)]
        case .serving(_, let until) where now >= until:
            guard swapLoaders.isEmpty, !slots.contains(where: \.isOccupied) else { return [] }
            let service = serviceToBe.map { [SupervisorAction.serviceProcess(pid: $0)] } ?? []
            phase = .ended
            return service + [.report(.supersededEnds), .end(status: 0, error: nil)]
        case .starting, .killed, .serving: return []
        }
    }

    /// The server ends.
    func stopBinary(atOnce: Bool) -> [SupervisorAction] {
        binaryToEnd.map { [.signalBinary(pid: $0, .ask(atOnce ? .stopNow : .stopGracefully))] } ?? []
    }

    private mutating func failUpgrade(_ failure: BootFailure, at now: MonotonicInstant) -> [SupervisorAction] {
        upgrade = nil
        return [.mainProcess(pid: nil), .report(.upgradeFailed(failure))] + serveWaitingSignals(at: now)
    }
}
