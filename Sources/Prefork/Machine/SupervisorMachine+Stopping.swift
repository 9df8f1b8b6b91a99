import System

/// The end of all workers.
extension SupervisorMachine {
    /// Begins the end, or, where that has begun, ends at once.
    ///
    /// - Parameter finishWithin: With no time at all, workers cut what they do, but give back their leases, so that
    ///   their conversations go on elsewhere at once.
    mutating func stop(
        acceptFor: Duration, finishWithin: Duration, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        switch phase {
        case .idle, .ended: return []
        case .stopping(_, let status, let error):
            phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: status, error: error)
            return reportKilled() + killAll() + stopBinary(atOnce: true)
        case .loading:
            phase = .stopping(killAt: MonotonicInstant(milliseconds: .max), status: 0, error: nil)
            return killLoaders() + finishIfDone()
        case .serving:
            let patience = acceptFor + finishWithin
            // A new binary that ends too has its own margin before it is given up.
            let margin = binaryToEnd == nil ? Self.margin : Self.margin * 2
            phase = .stopping(killAt: now + patience + margin, status: 0, error: nil)
            forgetUnforked()
            swaps = []
            reload = nil
            let workers = slots.count { $0.isOccupied }
            let stop: [SupervisorAction] = slots.filter(\.isOccupied).map {
                .tell($0.worker, .stop(acceptFor: acceptFor, finishWithin: finishWithin))
            }
            return [.report(.stopping(workers: workers, patience: patience)), .closeListeners]
                + stopBinary(atOnce: patience == .zero) + killLoaders() + stop + finishIfDone()
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
            !slots.contains(where: \.isOccupied), !limits.isService || binaryToEnd == nil
        else { return [] }
        phase = .ended
        return [.end(status: status, error: error)]
    }
}
