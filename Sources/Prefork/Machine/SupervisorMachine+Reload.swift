import System

/// The way from one generation of workers to the next: what they need is read again, the new workers start beside the
/// old, and these retire when all of the new serve. Whatever goes wrong before ends the new, and the old stay.
struct Reload: Equatable {
    enum Stage: Equatable {
        /// The loader works.
        case loading
        /// It is done; an exchange of the model is finished first.
        case loaded(Loaded)
        /// The new workers start.
        case starting(Loaded)
    }

    /// Tells its loader from those of exchanges.
    let id: UInt64
    var stage = Stage.loading
    /// When the stage has taken too long.
    var until: MonotonicInstant
    /// The loader's process, until it is reaped.
    var loader: Int32?
    var failure: BootFailure?
}

extension SupervisorMachine {
    mutating func beginReload(at now: MonotonicInstant) -> [SupervisorAction] {
        let isSuperseded = giveUpSwaps { $0.isRefresh }
        lastSwap += 1
        reload = Reload(id: lastSwap, until: now + limits.loadingLimit)
        return isSuperseded + [.forkReloader(swap: lastSwap)]
    }

    mutating func reloadLoaded(_ loaded: Loaded, at now: MonotonicInstant) -> [SupervisorAction] {
        guard reload?.stage == .loading, reload?.failure == nil else { return [.discard(loaded.text)] }
        reload?.stage = .loaded(loaded)
        return goOn(at: now)
    }

    /// The process of a reload's loader has ended.
    mutating func reloaderEnded(pid: Int32, _ end: ProcessEnd, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let reload, reload.loader == pid else { return [] }
        self.reload?.loader = nil
        guard reload.stage == .loading else { return [] }
        let failure =
            reload.failure
            ?? BootFailure("the process that reads the configuration \(end)", status: ExitStatus.software)
        return failReload(failure, at: now)
    }

    /// Starts the new workers once they have something to start with.
    mutating func startSuccessors(at now: MonotonicInstant) -> [SupervisorAction] {
        guard case .loaded(let loaded)? = reload?.stage else { return [] }
        let count = max(1, min(loaded.workers ?? limits.workers, loaded.maxWorkers))
        guard count <= places - slots.count(where: { $0.role != .free }) else {
            let failure = BootFailure(
                "too many workers of earlier generations have not ended yet; try again later",
                status: ExitStatus.unavailable)
            return failReload(failure, at: now)
        }
        reload?.stage = .starting(loaded)
        reload?.until = now + limits.loadingLimit
        return (0..<count).compactMap { _ in
            freePlace().map { startWorker(in: $0, as: .successor, at: now) }
        }
    }

    /// What a worker is started with.
    func provision(of worker: WorkerIdentity) -> (loaded: String, settings: [UInt8], generation: Int) {
        guard slots[worker.slot].role == .successor, case .starting(let loaded)? = reload?.stage else {
            return (active, settings, generation)
        }
        return (loaded.text, loaded.settings, generation + 1)
    }

    /// Whether a worker takes the place of another on the same settings, so that it need not hold these against the
    /// world.
    func isReplacement(_ worker: WorkerIdentity) -> Bool {
        wasReady && slots[worker.slot].role != .successor
    }

    private var successors: [Int] { slots.indices.filter { slots[$0].role == .successor } }

    mutating func successorServes(at now: MonotonicInstant) -> [SupervisorAction] {
        guard case .starting(let loaded)? = reload?.stage, successors.allSatisfy({ slots[$0].isServing }) else {
            return []
        }
        reload = nil
        saidReady = true
        if active != loaded.text, !active.isEmpty { earlierModels.append((active, generation)) }
        generation += 1
        modelNumber += 1
        (active, activeSource, settings) = (loaded.text, nil, loaded.settings)
        limits.workers = loaded.workers ?? limits.workers
        limits.maxWorkers = loaded.maxWorkers
        refresh = loaded.refreshAfter.map { Refresh(source: nil, every: $0, at: now + $0) }
        let successors = successors
        var actions: [SupervisorAction] = [
            .adopt(active), .report(.reloaded(workers: successors.count, generation: generation)),
        ]
        for index in members { actions += retire(index, at: now) }
        for index in successors {
            slots[index].role = .member
            slots[index].modelNumber = modelNumber
        }
        return actions + assignOrphans() + discardEarlierModels() + goOn(at: now) + serveWaitingSignals(at: now)
    }

    mutating func failReload(_ failure: BootFailure, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let reload else { return [] }
        self.reload = nil
        var actions: [SupervisorAction] = [.report(.reloadRefused(failure))]
        for index in successors { actions += retire(index, at: now) }
        switch reload.stage {
        case .loading: break
        case .loaded(let loaded), .starting(let loaded):
            if loaded.text != active { actions.append(.discard(loaded.text)) }
        }
        return actions + goOn(at: now) + serveWaitingSignals(at: now)
    }

    mutating func checkReload(at now: MonotonicInstant) -> [SupervisorAction] {
        guard let reload, now >= reload.until else { return [] }
        let failure = BootFailure(
            "the new workers were not ready within \(limits.loadingLimit)", status: ExitStatus.unavailable)
        guard reload.stage == .loading, let loader = reload.loader else { return failReload(failure, at: now) }
        guard reload.failure == nil else { return [] }
        self.reload?.failure = failure
        return [.killLoader(pid: loader)]
    }

    /// Models that no worker uses any more.
    mutating func discardEarlierModels() -> [SupervisorAction] {
        let oldest = slots.filter(\.isOccupied).map(\.generation).min() ?? generation
        let unused = earlierModels.filter { $0.generation < oldest }
        earlierModels.removeAll { $0.generation < oldest }
        return unused.map { .discard($0.text) }
    }
}
