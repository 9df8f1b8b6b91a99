import Testing

@testable import Prefork

@Suite("HUP brings a new generation of workers before the old one retires")
struct ReloadTests {
    private static let retire = SupervisorMessage.retire(idleFor: .seconds(65), finishWithin: .seconds(3600))

    private func loaded(
        _ text: String = "next", workers: Int? = nil, maxWorkers: Int = .max, settings: [UInt8] = [7]
    ) -> Loaded {
        var loaded = Loaded(text)
        loaded.workers = workers
        loaded.maxWorkers = maxWorkers
        loaded.settings = settings
        return loaded
    }

    /// A reload whose new workers have been forked but are not ready.
    private func starting(workers: Int = 2, next: Loaded) -> SupervisorHarness {
        var harness = SupervisorHarness.serving(workers: workers)
        harness.signal(.hangUp)
        harness.load(next, for: 1)
        harness.loaderEnds(.exited(0), for: 1)
        return harness
    }

    private func fork(_ slot: Int, _ serial: Int) -> SupervisorAction {
        .forkWorker(WorkerIdentity(slot: slot, serial: serial))
    }

    @Test func theNewServeBesideTheOldUntilAllAreReady() {
        var harness = SupervisorHarness.serving()
        let old = harness.current
        harness.signal(.hangUp)
        #expect(harness.seen == [.forkReloader(swap: 1)])
        harness.forget()
        harness.load(loaded(), for: 1)
        #expect(harness.seen == [fork(2, 3), fork(3, 4)])
        let new = harness.current.filter { !old.contains($0) }
        #expect(harness.machine.provision(of: new[0]).loaded == "next")
        #expect(harness.machine.provision(of: new[0]).settings == [7])
        #expect(harness.machine.provision(of: new[0]).generation == 2)
        #expect(!harness.machine.isReplacement(new[0]))
        #expect(harness.machine.provision(of: old[0]).loaded == "model")
        harness.loaderEnds(.exited(0), for: 1)
        harness.forget()
        harness.ready(new[1])
        #expect(harness.seen.isEmpty)
        harness.ready(new[0])
        #expect(
            harness.seen == [.adopt("next"), .report(.reloaded(workers: 2, generation: 2))]
                + old.map { .tell($0, Self.retire) })
        harness.forget()
        harness.ends(old[0], .exited(0))
        #expect(harness.seen == [.retire(old[0])])
        harness.forget()
        harness.ends(old[1], .exited(0))
        #expect(harness.seen == [.retire(old[1]), .discard("model")])
        harness.forget()
        harness.ends(new[0], .signalled(9))
        #expect(harness.seen.contains(fork(2, 5)))
        #expect(harness.machine.provision(of: WorkerIdentity(slot: 2, serial: 5)).settings == [7])
        #expect(harness.machine.isReplacement(WorkerIdentity(slot: 2, serial: 5)))
    }

    @Test func theThirdGenerationTakesThePlacesOfTheFirst() {
        var harness = starting(workers: 1, next: loaded())
        let first = harness.current[0]
        harness.ready(harness.current[1])
        harness.ends(first, .exited(0))
        harness.forget()
        harness.signal(.hangUp)
        harness.load(loaded("third"), for: 2)
        #expect(harness.seen == [.forkReloader(swap: 2), fork(0, 3)])
    }

    @Test func whatCannotBeReadKeepsTheOld() {
        var harness = SupervisorHarness.serving()
        let old = harness.current
        harness.signal(.hangUp)
        harness.forget()
        let failure = BootFailure("endpoints.yml:1: no", status: 78)
        harness.machine.loaderFailed(failure, for: 1)
        harness.loaderEnds(.exited(78), for: 1)
        #expect(harness.seen == [.report(.reloadRefused(failure))])
        #expect(harness.current == old)
        #expect(harness.machine.provision(of: old[0]).settings.isEmpty)
    }

    @Test func aLoaderThatDiesOrHangsKeepsTheOld() {
        var harness = SupervisorHarness.serving { $0.loadingLimit = .seconds(5) }
        harness.signal(.hangUp)
        harness.pass(.seconds(6))
        let loader = harness.loaders[1] ?? 0
        #expect(harness.seen.count { $0 == .killLoader(pid: loader) } == 1)
        harness.loaderEnds(.signalled(9), for: 1)
        guard case .report(.reloadRefused(let failure)) = harness.seen.last else {
            Issue.record("not refused: \(harness.seen)")
            return
        }
        #expect(failure.status == ExitStatus.unavailable)
    }

    @Test func aNewWorkerThatCannotStartEndsTheOthersAndTheOldStay() {
        var harness = starting(next: loaded())
        let (old, new) = (Array(harness.current[..<2]), Array(harness.current[2...]))
        harness.ready(new[0])
        harness.forget()
        let failure = BootFailure("no Redis", status: 69)
        harness.machine.workerFailed(new[1], failure)
        harness.ends(new[1], .exited(69))
        #expect(
            harness.seen == [
                .retire(new[1]), .report(.reloadRefused(failure)), .tell(new[0], Self.retire), .discard("next"),
            ])
        harness.ends(new[0], .exited(0))
        harness.pass(.seconds(20))
        #expect(harness.current == old)
    }

    @Test func newWorkersThatAreNeverReadyAreGivenUp() {
        var harness = SupervisorHarness.serving { $0.loadingLimit = .seconds(5) }
        harness.signal(.hangUp)
        harness.load(loaded(), for: 1)
        let new = harness.current[2...]
        harness.forget()
        harness.pass(.seconds(6))
        #expect(new.allSatisfy { harness.seen.contains(.signal($0, pid: harness.pids[$0] ?? 0, .kill)) })
        for worker in new { harness.ends(worker, .signalled(9)) }
        #expect(harness.current.count == 2)
        #expect(harness.seen.count { if case .report(.reloadRefused) = $0 { true } else { false } } == 1)
    }

    @Test func anExchangeOfTheModelEndsFirstAndALaterOneWaits() {
        var harness = SupervisorHarness.serving(workers: 1)
        let old = harness.current[0]
        harness.take(harness.machine.swapRequested(by: old, request: 1, source: "a", at: harness.now))
        harness.load(Loaded("a"), for: 1)
        harness.signal(.hangUp)
        harness.load(loaded(), for: 2)
        #expect(harness.current == [old])
        harness.take(harness.machine.swapPrepared(1, by: old, at: harness.now))
        harness.take(harness.machine.swapCommitted(1, by: old, at: harness.now))
        #expect(harness.current.count == 2)
        harness.take(harness.machine.swapRequested(by: old, request: 2, source: "b", at: harness.now))
        harness.forget()
        harness.load(Loaded("b"), for: 3)
        #expect(harness.seen.isEmpty)
        let new = harness.current[1]
        harness.ready(new)
        #expect(harness.seen.contains(.tell(new, .prepare(swap: 3, loaded: "b"))))
        harness.take(harness.machine.swapPrepared(3, by: new, at: harness.now))
        harness.take(harness.machine.swapCommitted(3, by: new, at: harness.now))
        #expect(harness.seen.last == .tell(old, .swapped(request: 2, nil)))
    }

    @Test func aSwapDoesNotWaitForAWorkerThatRetires() {
        var harness = SupervisorHarness.serving()
        let (first, second) = (harness.current[0], harness.current[1])
        harness.take(harness.machine.swapRequested(by: first, request: 1, source: "a", at: harness.now))
        harness.load(Loaded("a"), for: 1)
        harness.take(harness.machine.swapPrepared(1, by: first, at: harness.now))
        harness.forget()
        harness.signal(.removeWorker)
        #expect(harness.seen.contains(.tell(second, Self.retire)))
        #expect(harness.seen.last == .tell(first, .commit(swap: 1)))
    }

    @Test func signalsThatChangeTheWorkersWaitAndKeepTheirOrder() {
        var harness = SupervisorHarness(workers: 1)
        harness.start()
        harness.signal(.hangUp)
        harness.signal(.hangUp)
        harness.signal(.addWorker)
        harness.load()
        harness.loaderEnds(.exited(0))
        harness.forget()
        harness.ready(harness.current[0])
        #expect(harness.seen == [.report(.ready(workers: 1)), .forkReloader(swap: 1)])
        harness.load(loaded(), for: 1)
        harness.forget()
        harness.ready(harness.current[1])
        #expect(harness.seen.contains(.report(.workersChanged(to: 2))))
        #expect(harness.machine.waitingSignals.isEmpty)
    }

    @Test func theNumberOfWorkersIsThatWhichWasReadAgain() {
        var harness = starting(workers: 2, next: loaded(workers: 3))
        #expect(harness.current.count == 5)
        for worker in harness.current[2...] { harness.ready(worker) }
        harness.forget()
        // Back at the count of the start after TTIN and TTOU.
        harness.signal(.addWorker)
        #expect(harness.machine.members.count == 4)
        harness.signal(.hangUp)
        harness.load(loaded(workers: 3), for: 2)
        for worker in harness.current where harness.machine.slots[worker.slot].role == .successor {
            harness.ready(worker)
        }
        #expect(harness.machine.members.count == 3)
    }

    @Test func aStopInTheMiddleEndsOldAndNew() {
        var harness = starting(next: loaded())
        harness.loaderEnds(.exited(0))
        let workers = harness.current
        harness.forget()
        harness.signal(.stopGracefully)
        let stop = SupervisorMessage.stop(acceptFor: .zero, finishWithin: .seconds(15))
        #expect(workers.allSatisfy { harness.seen.contains(.tell($0, stop)) })
        for worker in workers { harness.ends(worker, .exited(0)) }
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func tooManyGenerationsThatHaveNotEndedRefuseAnother() {
        var harness = SupervisorHarness.serving(workers: 100)
        for round in 1...4 {
            harness.signal(.hangUp)
            harness.load(loaded("\(round)"), for: UInt64(round))
            for worker in harness.current { harness.ready(worker) }
        }
        guard case .report(.reloadRefused) = harness.seen.last(where: { if case .report = $0 { true } else { false } })
        else {
            Issue.record("not refused")
            return
        }
        #expect(harness.current.count == 400)
        #expect(harness.machine.members.count == 100)
    }

    @Test func onATerminalItEndsTheServer() {
        var harness = SupervisorHarness.serving { $0.isOnTerminal = true }
        harness.signal(.hangUp)
        #expect(harness.seen.first == .report(.stopping(workers: 2, patience: .seconds(15))))
    }
}

@Suite("Signals change the number of workers")
struct WorkerCountTests {
    private static let retire = SupervisorMessage.retire(idleFor: .seconds(65), finishWithin: .seconds(3600))

    @Test func TTINAddsOneThatIsReplacedAsAnyOther() {
        var harness = SupervisorHarness.serving()
        harness.signal(.addWorker)
        let added = WorkerIdentity(slot: 2, serial: 3)
        #expect(harness.seen == [.report(.workersChanged(to: 3)), .forkWorker(added)])
        harness.ready(added)
        harness.pass(.seconds(2))
        harness.forget()
        harness.ends(added, .signalled(9))
        #expect(harness.seen.contains(.forkWorker(WorkerIdentity(slot: 2, serial: 4))))
    }

    @Test func TTINAddsNoneWhereLocksAreInMemory() {
        var harness = SupervisorHarness.serving(workers: 1) { $0.maxWorkers = 1 }
        harness.signal(.addWorker)
        #expect(harness.seen == [.report(.workersUnchanged(.locksAreNotShared))])
    }

    @Test func TTOUHasTheLastRetireAndNotReplaced() {
        var harness = SupervisorHarness.serving()
        let last = harness.current[1]
        harness.signal(.removeWorker)
        #expect(harness.seen == [.report(.workersChanged(to: 1)), .tell(last, Self.retire)])
        harness.forget()
        harness.ends(last, .exited(0))
        harness.pass(.seconds(20))
        #expect(harness.seen == [.retire(last)])
        harness.forget()
        harness.signal(.removeWorker)
        #expect(harness.seen == [.report(.workersUnchanged(.last))])
    }

    @Test func TTOUEndsOneThatStartsAtOnce() {
        var harness = SupervisorHarness.serving()
        harness.signal(.addWorker)
        let added = harness.current[2]
        harness.forget()
        harness.signal(.removeWorker)
        #expect(harness.seen.last == .signal(added, pid: harness.pids[added] ?? 0, .kill))
        harness.ends(added, .signalled(9))
        #expect(harness.current.count == 2)
    }

    @Test func aWorkerThatDoesNotEndInTimeIsKilledAndItsLeasesAreGivenBack() {
        var harness = SupervisorHarness.serving { $0.retireGracePeriod = .seconds(10) }
        let (first, last) = (harness.current[0], harness.current[1])
        harness.signal(.removeWorker)
        harness.forget()
        harness.pass(.seconds(75))
        #expect(harness.seen.isEmpty)
        harness.pass(.seconds(1))
        let pid = harness.pids[last] ?? 0
        #expect(harness.seen == [.report(.workerKilled(last, pid: pid)), .signal(last, pid: pid, .kill)])
        harness.forget()
        harness.ends(last, .signalled(9))
        #expect(harness.seen == [.retire(last), .tell(first, .releaseLeases(owner: "owner-2"))])
    }

    @Test func aWorkerThatRetiresAndHangsGetsABRT() {
        var harness = SupervisorHarness.serving()
        let last = harness.current[1]
        harness.signal(.removeWorker)
        harness.heartbeats[1] = harness.now
        harness.forget()
        harness.pass(.seconds(31))
        #expect(harness.seen.contains(.signal(last, pid: harness.pids[last] ?? 0, .abort)))
    }

    @Test func leasesThatARetiringWorkerWasToGiveBackGoToAnother() {
        var harness = SupervisorHarness.serving(workers: 3)
        let (first, second) = (harness.current[0], harness.current[1])
        harness.ends(harness.current[2], .signalled(9))
        #expect(harness.seen.contains(.tell(first, .releaseLeases(owner: "owner-3"))))
        harness.forget()
        harness.ends(first, .exited(0))
        #expect(harness.seen.contains(.tell(second, .releaseLeases(owner: "owner-3"))))
    }

    @Test func WINCHHasAllRetireAndTTINAndHUPBringThemBack() {
        var harness = SupervisorHarness.serving()
        let old = harness.current
        harness.signal(.retireWorkers)
        #expect(harness.seen == [.report(.workersChanged(to: 0))] + old.map { .tell($0, Self.retire) })
        for worker in old { harness.ends(worker, .exited(0)) }
        #expect(harness.machine.phase == .serving)
        harness.forget()
        harness.signal(.removeWorker)
        #expect(harness.seen == [.report(.workersUnchanged(.last))])
        harness.signal(.addWorker)
        #expect(harness.current.count == 1)
        harness.ready(harness.current[0])
        harness.signal(.retireWorkers)
        harness.signal(.hangUp)
        harness.load(Loaded("next"), for: 1)
        #expect(harness.machine.slots.count { $0.role == .successor } == 2)
    }

    @Test func WINCHIsATerminalsOwnMatter() {
        var harness = SupervisorHarness.serving { $0.isOnTerminal = true }
        harness.signal(.retireWorkers)
        #expect(harness.seen.isEmpty)
    }

    @Test func USR1IsTheDriversAndAllWorkersMatter() {
        var harness = SupervisorHarness.serving()
        let workers = harness.current
        harness.signal(.reopenLogs)
        #expect(harness.seen == [.reopenLogs] + workers.map { .tell($0, .reopenLogs) })
    }
}
