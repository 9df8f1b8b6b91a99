/// An exchange of what the workers serve, asked for by one of them: prepared once, taken in by all, then served by all;
/// or refused as a whole, and everything stays as it was.
struct ModelSwap: Equatable {
    enum Stage: Equatable {
        /// Waits for those that were asked for before.
        case queued
        /// The loader works.
        case loading(until: Moment)
        /// These workers have still to say that they can serve it.
        case preparing(Set<WorkerIdentity>, loaded: String, until: Moment)
        /// These workers have still to say that they serve it.
        case committing(Set<WorkerIdentity>, until: Moment)
    }

    /// Tells it from all others.
    let id: UInt64
    /// The worker that asked; nil for a refresh.
    let requester: WorkerIdentity?
    /// The requester's own number for its request.
    let request: UInt64
    /// What the loader is to load; empty to serve nothing, nil for what is served from the start.
    let source: String?
    var stage = Stage.queued
    /// How long after this the source is asked for something newer.
    var refreshAfter: Duration?
    /// Whether a refresh is given up because somebody asks for another model.
    var makesWay = false

    var isRefresh: Bool { requester == nil }
}

/// When the source of what is served is asked for something newer.
struct Refresh: Equatable {
    /// As in ``ModelSwap/source``.
    let source: String?
    let every: Duration
    var at: Moment
}

extension SupervisorMachine {
    /// How long workers may take to take in what was loaded, and to serve it.
    static let swapPatience = Duration.seconds(60)

    mutating func swapRequested(
        by worker: WorkerIdentity, request: UInt64, source: String, at now: Moment
    ) -> [SupervisorAction] {
        guard phase == .serving else {
            let failure = BootFailure("the server does not serve yet, or ends", status: ExitStatus.unavailable)
            return [.tell(worker, .swapped(request: request, failure))]
        }
        lastSwap += 1
        swaps.append(ModelSwap(id: lastSwap, requester: worker, request: request, source: source))
        if swaps.count == 1 { return beginSwap(at: now) }
        guard swaps[0].isRefresh, !swaps[0].makesWay, case .loading = swaps[0].stage else { return [] }
        swaps[0].makesWay = true
        return [.killLoader]
    }

    /// It is time to ask the source of what is served for something newer.
    mutating func checkRefresh(at now: Moment) -> [SupervisorAction] {
        guard let due = refresh, now >= due.at, swaps.isEmpty, saidReady else { return [] }
        refresh?.at = now + due.every
        lastSwap += 1
        swaps.append(ModelSwap(id: lastSwap, requester: nil, request: 0, source: due.source))
        return beginSwap(at: now)
    }

    private mutating func beginSwap(at now: Moment) -> [SupervisorAction] {
        guard let swap = swaps.first else { return [] }
        if swap.source?.isEmpty == true { return prepareSwap("", at: now) }
        swaps[0].stage = .loading(until: now + limits.loadingLimit)
        loaderFailure = nil
        return [swap.isRefresh ? .forkRefresher(source: swap.source) : .forkLoader(source: swap.source)]
    }

    /// The loader is done: every worker is to take in what it found.
    mutating func swapLoaded(_ loaded: Loaded, at now: Moment) -> [SupervisorAction] {
        guard case .loading? = swaps.first?.stage else {
            return loaded.text == served ? [] : [.discard(loaded.text)]
        }
        swaps[0].refreshAfter = loaded.refreshAfter
        if swaps[0].isRefresh, loaded.text == served {
            swaps.removeFirst()
            return beginSwap(at: now)
        }
        return prepareSwap(loaded.text, at: now)
    }

    private mutating func prepareSwap(_ loaded: String, at now: Moment) -> [SupervisorAction] {
        let workers = slots.filter(\.isServing).map(\.worker)
        swaps[0].stage = .preparing(Set(workers), loaded: loaded, until: now + Self.swapPatience)
        let id = swaps[0].id
        return workers.map { .tell($0, .prepare(swap: id, loaded: loaded)) } + advanceSwap(at: now)
    }

    mutating func swapPrepared(_ id: UInt64, by worker: WorkerIdentity, at now: Moment) -> [SupervisorAction] {
        guard let swap = swaps.first, swap.id == id,
            case .preparing(var missing, let loaded, let until) = swap.stage
        else { return [] }
        missing.remove(worker)
        swaps[0].stage = .preparing(missing, loaded: loaded, until: until)
        return advanceSwap(at: now)
    }

    mutating func swapRefused(_ id: UInt64, _ failure: BootFailure, at now: Moment) -> [SupervisorAction] {
        guard swaps.first?.id == id else { return [] }
        return failSwap(failure, at: now)
    }

    mutating func swapCommitted(_ id: UInt64, by worker: WorkerIdentity, at now: Moment) -> [SupervisorAction] {
        guard let swap = swaps.first, swap.id == id, case .committing(var missing, let until) = swap.stage else {
            return []
        }
        missing.remove(worker)
        swaps[0].stage = .committing(missing, until: until)
        return advanceSwap(at: now)
    }

    /// A worker that became ready while a swap is under way takes part in it; one that was started with what is no
    /// longer served must go.
    mutating func swapMet(_ worker: WorkerIdentity) -> [SupervisorAction] {
        guard slots[worker.slot].generation == generation else {
            return [.signal(worker, pid: slots[worker.slot].pid, .kill)]
        }
        guard let swap = swaps.first, case .preparing(var missing, let loaded, let until) = swap.stage else {
            return []
        }
        missing.insert(worker)
        swaps[0].stage = .preparing(missing, loaded: loaded, until: until)
        return [.tell(worker, .prepare(swap: swap.id, loaded: loaded))]
    }

    /// A worker that is gone is not waited for.
    mutating func swapLost(_ worker: WorkerIdentity, at now: Moment) -> [SupervisorAction] {
        switch swaps.first?.stage {
        case .preparing(var missing, let loaded, let until)?:
            guard missing.remove(worker) != nil else { return [] }
            swaps[0].stage = .preparing(missing, loaded: loaded, until: until)
        case .committing(var missing, let until)?:
            guard missing.remove(worker) != nil else { return [] }
            swaps[0].stage = .committing(missing, until: until)
        default: return []
        }
        return advanceSwap(at: now)
    }

    /// The system refused to make the loader's process.
    mutating func loaderNotForked(_ failure: BootFailure, at now: Moment) -> [SupervisorAction] {
        if phase == .serving { return failSwap(failure, at: now) }
        return [.end(status: failure.status, error: failure.message)]
    }

    mutating func checkSwap(at now: Moment) -> [SupervisorAction] {
        let failure = BootFailure("the workers did not take in the model in time", status: ExitStatus.unavailable)
        switch swaps.first?.stage {
        case .loading(let until)? where now >= until && loaderFailure == nil:
            loaderFailure = BootFailure(
                "the model was not prepared within \(limits.loadingLimit)", status: ExitStatus.unavailable)
            return [.killLoader]
        case .preparing(_, _, let until)? where now >= until: return failSwap(failure, at: now)
        // Who has not answered by now serves the new model or is stuck, and is ended for that.
        case .committing(_, let until)? where now >= until:
            swaps[0].stage = .committing([], until: until)
            return advanceSwap(at: now)
        default: return []
        }
    }

    private mutating func advanceSwap(at now: Moment) -> [SupervisorAction] {
        guard let swap = swaps.first else { return [] }
        switch swap.stage {
        case .preparing(let missing, let loaded, _) where missing.isEmpty:
            let workers = slots.filter(\.isServing).map(\.worker)
            generation += 1
            served = loaded
            refresh = swap.refreshAfter.map { Refresh(source: swap.source, every: $0, at: now + $0) }
            for worker in workers { slots[worker.slot].generation = generation }
            swaps[0].stage = .committing(Set(workers), until: now + Self.swapPatience)
            return [.adopt(loaded)] + workers.map { .tell($0, .commit(swap: swap.id)) } + advanceSwap(at: now)
        case .committing(let missing, _) where missing.isEmpty:
            swaps.removeFirst()
            return [
                .discardReplaced, .report(.modelSwapped(source: swap.source)),
            ] + answer(swap, nil) + beginSwap(at: now)
        default: return []
        }
    }

    mutating func failSwap(_ failure: BootFailure, at now: Moment) -> [SupervisorAction] {
        guard let swap = swaps.first else { return [] }
        swaps.removeFirst()
        var actions: [SupervisorAction] = []
        if case .preparing(_, let loaded, _) = swap.stage {
            actions += slots.filter(\.isServing).map { .tell($0.worker, .drop(swap: swap.id)) }
            actions.append(.discard(loaded))
        }
        if !swap.makesWay {
            actions.append(
                .report(
                    swap.isRefresh
                        ? .modelNotRefreshed(source: swap.source, failure)
                        : .modelRefused(source: swap.source ?? "", failure)))
        }
        return actions + answer(swap, failure) + beginSwap(at: now)
    }

    private func answer(_ swap: ModelSwap, _ failure: BootFailure?) -> [SupervisorAction] {
        swap.requester.map { [.tell($0, .swapped(request: swap.request, failure))] } ?? []
    }
}
