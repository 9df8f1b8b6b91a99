import System

/// An exchange of what the workers serve, asked for by one of them: prepared once, taken in by all, then served by all;
/// or refused as a whole, and everything stays as it was.
///
/// Several may be loaded at a time, so that a source that is slow holds up nobody else; one at a time is taken in.
struct ModelSwap: Equatable {
    enum Stage: Equatable {
        case loading(until: MonotonicInstant)
        /// It is done; others come first.
        case loaded(Loaded)
        /// These workers have still to say that they can serve it.
        case preparing(Set<WorkerIdentity>, loaded: String, until: MonotonicInstant)
        /// These workers have still to say that they serve it.
        case committing(Set<WorkerIdentity>, until: MonotonicInstant)
    }

    let id: UInt64
    /// The worker that asked; nil for a refresh.
    let requester: WorkerIdentity?
    /// The requester's own number for its request.
    let request: UInt64
    /// What the loader is to load; empty to serve nothing, nil for what is in use from the start.
    let source: String?
    /// When it was asked for.
    let begun: MonotonicInstant
    /// What was in use then.
    let hadRunBefore: String
    var stage: Stage
    /// The loader's process, until it is reaped.
    var loader: Int32?
    var failure: BootFailure?
    /// How long after this the source is asked for something newer.
    var refreshAfter: Duration?
    /// Whether nobody wants it any more: a refresh gives way to what somebody asks for, and a request ends with its
    /// client.
    var isGivenUp = false

    var isRefresh: Bool { requester == nil }

    /// Whether the workers are taking it in.
    var isUnderWay: Bool {
        switch stage {
        case .preparing, .committing: true
        case .loading, .loaded: false
        }
    }

    var isLoading: Bool { if case .loading = stage { true } else { false } }
}

/// When the source of what is in use is asked for something newer.
struct Refresh: Equatable {
    /// As in ``ModelSwap/source``.
    let source: String?
    let every: Duration
    var at: MonotonicInstant
}

extension SupervisorMachine {
    /// How long workers may take to take in what was loaded, and to serve it.
    static let swapPatience = Duration.seconds(60)
    /// Exchanges that are loaded or wait; further ones are refused.
    static let maxSwaps = 8
    /// How long an exchange keeps its place before later ones while it is loaded.
    static let overtakenAfter = Duration.seconds(5)

    mutating func swapRequested(
        by worker: WorkerIdentity, request: UInt64, source: String, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        guard phase == .serving else { return refuse(worker, request, "the server does not serve yet, or ends") }
        guard !isSuperseded else { return refuse(worker, request, "a new version of the server has taken over") }
        guard swaps.count(where: { !$0.isGivenUp }) < Self.maxSwaps else {
            return refuse(worker, request, "\(Self.maxSwaps) model swaps are in progress; try again later")
        }
        let isSuperseded = giveUpSwaps { $0.isRefresh }
        return isSuperseded + begin(requester: worker, request, source, at: now)
    }

    private func refuse(_ worker: WorkerIdentity, _ request: UInt64, _ reason: String) -> [SupervisorAction] {
        [.tell(worker, .swapped(request: request, BootFailure(reason, status: ExitStatus.unavailable)))]
    }

    /// Whoever asked for an exchange does not wait for it any more. What the workers take in already goes on.
    mutating func swapGivenUp(by worker: WorkerIdentity, request: UInt64, at now: MonotonicInstant)
        -> [SupervisorAction]
    {
        giveUpSwaps { $0.requester == worker && $0.request == request } + goOn(at: now)
    }

    /// It is time to ask the source of what is in use for something newer.
    mutating func checkRefresh(at now: MonotonicInstant) -> [SupervisorAction] {
        guard let due = refresh, now >= due.at, swaps.isEmpty, saidReady, reload == nil, !isSuperseded else {
            return []
        }
        refresh?.at = now + due.every
        return begin(requester: nil, 0, due.source, at: now)
    }

    private mutating func begin(
        requester: WorkerIdentity?, _ request: UInt64, _ source: String?, at now: MonotonicInstant
    ) -> [SupervisorAction] {
        lastSwap += 1
        let isNothing = source?.isEmpty == true
        swaps.append(
            ModelSwap(
                id: lastSwap, requester: requester, request: request, source: source, begun: now, hadRunBefore: active,
                stage: isNothing ? .loaded(Loaded("")) : .loading(until: now + limits.loadingLimit)))
        if isNothing { return goOn(at: now) }
        return [
            requester == nil
                ? .forkRefresher(source: source, swap: lastSwap) : .forkLoader(source: source, swap: lastSwap)
        ]
    }

    mutating func giveUpSwaps(where isMeant: (ModelSwap) -> Bool) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        for index in swaps.indices.reversed() where isMeant(swaps[index]) && !swaps[index].isGivenUp {
            switch swaps[index].stage {
            case .loading:
                swaps[index].isGivenUp = true
                if let pid = swaps[index].loader { actions.append(.killLoader(pid: pid)) }
            case .loaded(let loaded):
                swaps.remove(at: index)
                actions.append(.discard(loaded.text))
            case .preparing, .committing: break
            }
        }
        return actions
    }

    mutating func swapLoaded(_ loaded: Loaded, for id: UInt64, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let index = swaps.firstIndex(where: { $0.id == id }), swaps[index].isLoading else {
            return loaded.text == active ? [] : [.discard(loaded.text)]
        }
        let isNothingNew = swaps[index].isRefresh && loaded.text == swaps[index].hadRunBefore
        guard !isNothingNew, !swaps[index].isGivenUp else {
            swaps.remove(at: index)
            return (isNothingNew ? [] : [.discard(loaded.text)]) + goOn(at: now)
        }
        swaps[index].refreshAfter = loaded.refreshAfter
        swaps[index].stage = .loaded(loaded)
        return goOn(at: now)
    }

    mutating func swapLoaderForked(_ id: UInt64, pid: Int32) {
        swapLoaders.insert(pid)
        if reload?.id == id { reload?.loader = pid }
        guard let index = swaps.firstIndex(where: { $0.id == id }) else { return }
        swaps[index].loader = pid
    }

    /// The process of an exchange's loader has ended.
    mutating func swapLoaderEnded(pid: Int32, _ end: ProcessEnd, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let index = swaps.firstIndex(where: { $0.loader == pid }), swaps[index].isLoading else { return [] }
        swaps[index].loader = nil
        let failure =
            swaps[index].failure
            ?? BootFailure("the process that prepares the model \(end)", status: ExitStatus.software)
        return failSwap(swaps[index].id, failure, at: now)
    }

    /// Has the workers take in what is loaded: the first that was asked for, or a later one once those before it have
    /// been loaded for too long.
    mutating func goOn(at now: MonotonicInstant) -> [SupervisorAction] {
        guard !swaps.contains(where: \.isUnderWay) else { return [] }
        // A new generation begins on what was read for it, and takes in what others asked for once it serves.
        if let reload, reload.stage != .loading { return startSuccessors(at: now) }
        for index in swaps.indices {
            guard case .loaded(let loaded) = swaps[index].stage else {
                if swaps[index].isGivenUp || now.since(swaps[index].begun) >= Self.overtakenAfter { continue }
                return []
            }
            let workers = slots.filter(\.isServing).map(\.worker)
            swaps[index].stage = .preparing(Set(workers), loaded: loaded.text, until: now + Self.swapPatience)
            let id = swaps[index].id
            return workers.map { .tell($0, .prepare(swap: id, loaded: loaded.text)) } + advanceSwap(at: now)
        }
        return []
    }

    /// The place of the exchange that the workers take in.
    private var present: Int? { swaps.firstIndex(where: \.isUnderWay) }

    mutating func swapPrepared(_ id: UInt64, by worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction]
    {
        guard let present, swaps[present].id == id,
            case .preparing(var missing, let loaded, let until) = swaps[present].stage
        else { return [] }
        missing.remove(worker)
        swaps[present].stage = .preparing(missing, loaded: loaded, until: until)
        return advanceSwap(at: now)
    }

    mutating func swapRefused(_ id: UInt64, _ failure: BootFailure, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let present, swaps[present].id == id else { return [] }
        return failSwap(id, failure, at: now)
    }

    mutating func swapCommitted(_ id: UInt64, by worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction]
    {
        guard let present, swaps[present].id == id, case .committing(var missing, let until) = swaps[present].stage
        else { return [] }
        missing.remove(worker)
        swaps[present].stage = .committing(missing, until: until)
        return advanceSwap(at: now)
    }

    /// A worker that became ready while a swap is under way takes part in it; one that was started with what is no
    /// longer in use must go.
    mutating func swapMet(_ worker: WorkerIdentity) -> [SupervisorAction] {
        guard slots[worker.slot].modelNumber == modelNumber else {
            return [.signal(worker, pid: slots[worker.slot].pid, .kill)]
        }
        guard let present, case .preparing(var missing, let loaded, let until) = swaps[present].stage else {
            return []
        }
        missing.insert(worker)
        swaps[present].stage = .preparing(missing, loaded: loaded, until: until)
        return [.tell(worker, .prepare(swap: swaps[present].id, loaded: loaded))]
    }

    /// A worker that is gone is not waited for, and what it asked for is not loaded any more.
    mutating func swapLost(_ worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction] {
        giveUpSwaps { $0.requester == worker } + swapNotAwaited(from: worker, at: now)
    }

    /// A worker that is to end is not waited for.
    mutating func swapNotAwaited(from worker: WorkerIdentity, at now: MonotonicInstant) -> [SupervisorAction] {
        if let present {
            switch swaps[present].stage {
            case .preparing(var missing, let loaded, let until):
                missing.remove(worker)
                swaps[present].stage = .preparing(missing, loaded: loaded, until: until)
            case .committing(var missing, let until):
                missing.remove(worker)
                swaps[present].stage = .committing(missing, until: until)
            case .loading, .loaded: break
            }
        }
        return advanceSwap(at: now) + goOn(at: now)
    }

    mutating func checkSwap(at now: MonotonicInstant) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        for index in swaps.indices {
            guard case .loading(let until) = swaps[index].stage, now >= until, swaps[index].failure == nil else {
                continue
            }
            swaps[index].failure = BootFailure(
                "the model was not prepared within \(limits.loadingLimit)", status: ExitStatus.unavailable)
            if let pid = swaps[index].loader { actions.append(.killLoader(pid: pid)) }
        }
        guard let present else { return actions + goOn(at: now) }
        let failure = BootFailure("the workers did not load the model in time", status: ExitStatus.unavailable)
        switch swaps[present].stage {
        case .preparing(_, _, let until) where now >= until:
            actions += failSwap(swaps[present].id, failure, at: now)
        // Who has not answered by now serves the new model or is stuck, and is ended for that.
        case .committing(_, let until) where now >= until:
            swaps[present].stage = .committing([], until: until)
            actions += advanceSwap(at: now)
        default: break
        }
        return actions
    }

    private mutating func advanceSwap(at now: MonotonicInstant) -> [SupervisorAction] {
        guard let present else { return [] }
        let swap = swaps[present]
        switch swap.stage {
        case .preparing(let missing, let loaded, _) where missing.isEmpty:
            let workers = slots.filter(\.isServing).map(\.worker)
            modelNumber += 1
            (active, activeSource) = (loaded, swap.source)
            refresh = swap.refreshAfter.map { Refresh(source: swap.source, every: $0, at: now + $0) }
            for worker in workers { slots[worker.slot].modelNumber = modelNumber }
            swaps[present].stage = .committing(Set(workers), until: now + Self.swapPatience)
            return [.adopt(loaded)] + workers.map { .tell($0, .commit(swap: swap.id)) } + advanceSwap(at: now)
        case .committing(let missing, _) where missing.isEmpty:
            swaps.remove(at: present)
            return [
                .discardReplaced, .report(.modelSwapped(source: swap.source)),
            ] + respond(swap, nil) + goOn(at: now)
        default: return []
        }
    }

    mutating func failSwap(_ id: UInt64, _ failure: BootFailure, at now: MonotonicInstant) -> [SupervisorAction] {
        guard let index = swaps.firstIndex(where: { $0.id == id }) else { return [] }
        let swap = swaps.remove(at: index)
        var actions: [SupervisorAction] = []
        if case .preparing(_, let loaded, _) = swap.stage {
            actions += slots.filter(\.isServing).map { .tell($0.worker, .drop(swap: swap.id)) }
            actions.append(.discard(loaded))
        }
        if !swap.isGivenUp {
            actions.append(
                .report(
                    swap.isRefresh
                        ? .modelNotRefreshed(source: swap.source, failure)
                        : .modelRefused(source: swap.source ?? "", failure)))
        }
        return actions + respond(swap, failure) + goOn(at: now)
    }

    private func respond(_ swap: ModelSwap, _ failure: BootFailure?) -> [SupervisorAction] {
        swap.requester.map { [.tell($0, .swapped(request: swap.request, failure))] } ?? []
    }
}
