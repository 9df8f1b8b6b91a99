import Testing
import Training

@testable import Prefork

@Suite("A supervisor starts its workers when the model is prepared")
struct StartTests {
    @Test func loaderFirstThenAllWorkers() {
        var harness = SupervisorHarness(workers: 3)
        harness.start()
        #expect(harness.seen == [.forkLoader(source: nil, swap: 0)])
        harness.forget()
        harness.load()
        #expect(
            harness.seen == [.adopt("model")] + (0..<3).map { .forkWorker(WorkerIdentity(slot: $0, serial: $0 + 1)) })
        harness.forget()
        harness.loaderEnds(.exited(0))
        harness.ready(harness.current[0])
        harness.ready(harness.current[1])
        #expect(harness.seen == [])
        harness.ready(harness.current[2])
        #expect(harness.seen == [.report(.ready(workers: 3))])
    }

    @Test func aFailedLoaderEndsTheStartWithItsWordsAndStatus() {
        var harness = SupervisorHarness()
        harness.start()
        harness.machine.loaderFailed(BootFailure("the archive is\nbroken", status: 65))
        harness.loaderEnds(.exited(65))
        #expect(harness.seen.last == .end(status: 65, error: "the archive is broken"))
    }

    @Test func aLoaderThatDiesSilentlyEndsTheStart() {
        var harness = SupervisorHarness()
        harness.start()
        harness.loaderEnds(.signalled(11))
        let error = "the process that prepares the model was ended by signal 11 (segmentation fault)"
        #expect(harness.seen.last == .end(status: ExitStatus.software, error: error))
    }

    @Test func aLoaderThatTakesTooLongIsEnded() {
        var harness = SupervisorHarness { $0.loadingLimit = .seconds(10) }
        harness.start()
        harness.pass(.seconds(9))
        #expect(!harness.seen.contains(.killLoader(pid: 101)))
        harness.pass(.seconds(5))
        #expect(harness.seen.filter { $0 == .killLoader(pid: 101) }.count == 1)
        harness.loaderEnds(.signalled(9))
        guard case .end(let status, _) = harness.seen.last else {
            Issue.record("the start did not end")
            return
        }
        #expect(status == ExitStatus.unavailable)
    }

    @Test func aWorkerThatCannotBootBeforeTheFirstWasReadyEndsTheWhole() {
        var harness = SupervisorHarness()
        harness.start()
        harness.load()
        let (first, second) = (harness.current[0], harness.current[1])
        harness.machine.workerFailed(first, BootFailure("no such component", status: 65))
        harness.forget()
        harness.ends(first, .exited(65))
        #expect(harness.seen == [.retire(first), .signal(second, pid: harness.pids[second] ?? 0, .kill)])
        harness.loaderEnds(.exited(0))
        harness.ends(second, .signalled(9))
        #expect(harness.seen.last == .end(status: 65, error: "no such component"))
    }

    @Test func aForkThatFailsDuringTheStartEndsIt() {
        var harness = SupervisorHarness(workers: 1)
        harness.start()
        harness.loaderEnds(.exited(0))
        var machine = SupervisorMachine(limits: SupervisorLimits(workers: 2)) { "\($0)" }
        _ = machine.start(at: harness.now)
        _ = machine.loaded(Loaded("model"), at: harness.now)
        let actions = machine.forkFailed(
            WorkerIdentity(slot: 0, serial: 1), because: "no memory", at: harness.now)
        #expect(actions.last == .end(status: ExitStatus.system, error: "cannot start worker 0: no memory"))
        #expect(!machine.wants(WorkerIdentity(slot: 1, serial: 2)))
    }

    @Test func aStopWhileTheModelIsPreparedEndsTheLoader() {
        var harness = SupervisorHarness()
        harness.start()
        harness.forget()
        harness.signal(.stopGracefully)
        #expect(harness.seen == [.killLoader(pid: 101)])
        harness.loaderEnds(.signalled(9))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }
}

@Suite("A supervisor replaces workers that end unasked")
struct ReplacementTests {
    @Test func atOnceWhenTheyHadRunWell() {
        var harness = SupervisorHarness.serving()
        let dead = harness.current[0]
        harness.ends(dead, .signalled(9))
        #expect(harness.seen.contains(.forkWorker(WorkerIdentity(slot: 0, serial: 3))))
        #expect(harness.seen.first == .retire(dead))
    }

    @Test func alsoWhenTheyEndWithStatusZero() {
        var harness = SupervisorHarness.serving()
        harness.ends(harness.current[1], .exited(0))
        #expect(harness.seen.contains(.forkWorker(WorkerIdentity(slot: 1, serial: 3))))
    }

    @Test func withDelaysThatDoubleAndAreCapped() {
        var harness = SupervisorHarness.serving(workers: 1) { $0.maxDelay = .milliseconds(800) }
        var delays: [Duration] = []
        for _ in 0..<7 {
            harness.forget()
            harness.ends(harness.current[0], .signalled(11))
            for case .report(.workerEnded(_, _, _, let delay)) in harness.seen { delays.append(delay) }
            harness.pass(.seconds(1))
        }
        #expect(delays == [0, 0, 100, 200, 400, 800, 800].map { .milliseconds($0) })
    }

    @Test func withoutDelayAgainAfterAHealthyRun() {
        var harness = SupervisorHarness.serving(workers: 1)
        for _ in 0..<4 {
            harness.ends(harness.current[0], .signalled(11))
            harness.pass(.seconds(1))
        }
        harness.ready(harness.current[0])
        harness.pass(.seconds(1))
        harness.forget()
        harness.ends(harness.current[0], .signalled(11))
        #expect(harness.seen.contains { if case .forkWorker = $0 { true } else { false } })
    }

    @Test func evenIfTheyCannotBootAnyMore() {
        var harness = SupervisorHarness.serving(workers: 1)
        harness.ends(harness.current[0], .signalled(9))
        let second = harness.current[0]
        harness.machine.workerFailed(second, BootFailure("redis is gone", status: 69))
        harness.forget()
        harness.ends(second, .exited(69))
        #expect(!harness.seen.contains { if case .end = $0 { true } else { false } })
        harness.pass(.seconds(20))
        #expect(!harness.current.isEmpty)
    }

    @Test func andReapsProcessesThatItDoesNotKnow() {
        var harness = SupervisorHarness.serving()
        let actions = harness.machine.childEnded(pid: 4711, .exited(3), at: harness.now)
        #expect(actions == [.report(.orphanReaped(pid: 4711))])
    }
}

@Suite("The leases of a dead worker are given back by a living one")
struct OrphanedLeaseTests {
    @Test func byASiblingAtOnce() {
        var harness = SupervisorHarness.serving()
        let (dead, living) = (harness.current[0], harness.current[1])
        harness.ends(dead, .signalled(9))
        #expect(harness.seen.contains(.tell(living, .releaseLeases(owner: "owner-\(dead.serial)"))))
    }

    @Test func byTheReplacementWhenThereIsNoSibling() {
        var harness = SupervisorHarness.serving(workers: 1)
        let dead = harness.current[0]
        harness.ends(dead, .signalled(9))
        harness.forget()
        let replacement = harness.current[0]
        harness.ready(replacement)
        #expect(harness.seen.contains(.tell(replacement, .releaseLeases(owner: "owner-\(dead.serial)"))))
    }

    @Test func byAnotherWhenTheFirstDiesOverIt() {
        var harness = SupervisorHarness.serving(workers: 3)
        let (first, second, third) = (harness.current[0], harness.current[1], harness.current[2])
        harness.ends(first, .signalled(9))
        harness.forget()
        harness.ends(second, .signalled(9))
        #expect(harness.seen.contains(.tell(third, .releaseLeases(owner: "owner-\(first.serial)"))))
        #expect(harness.seen.contains(.tell(third, .releaseLeases(owner: "owner-\(second.serial)"))))
    }

    @Test func onlyOnceWhenItIsConfirmed() {
        var harness = SupervisorHarness.serving(workers: 3)
        let (first, second) = (harness.current[0], harness.current[1])
        harness.ends(first, .signalled(9))
        harness.machine.leasesReleased(owner: "owner-\(first.serial)")
        harness.forget()
        harness.ends(second, .signalled(9))
        let again = SupervisorMessage.releaseLeases(owner: "owner-\(first.serial)")
        #expect(!harness.seen.contains { if case .tell(_, again) = $0 { true } else { false } })
    }
}

@Suite("A supervisor stops when it is told to")
struct StopTests {
    @Test func gracefullyOnTheFirstTERM() {
        var harness = SupervisorHarness.serving()
        let workers = harness.current
        harness.signal(.stopGracefully)
        let stop = SupervisorMessage.stop(acceptFor: .zero, finishWithin: .seconds(15))
        #expect(harness.seen.suffix(2) == [.tell(workers[0], stop), .tell(workers[1], stop)])
        harness.loaderEnds(.exited(0))
        harness.ends(workers[0], .exited(0))
        harness.forget()
        harness.ends(workers[1], .exited(0))
        #expect(harness.seen == [.retire(workers[1]), .end(status: 0, error: nil)])
    }

    @Test func atOnceOnTheSecond() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = harness.current[0]
        harness.signal(.stopGracefully)
        harness.forget()
        harness.signal(.stopNow)
        #expect(harness.seen.last == .signal(worker, pid: harness.pids[worker] ?? 0, .kill))
    }

    @Test func nowOnINTAndQUITButGivesLeasesBack() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = harness.current[0]
        harness.signal(.stopNow)
        #expect(harness.seen.last == .tell(worker, .stop(acceptFor: .zero, finishWithin: .zero)))
        harness.forget()
        harness.pass(.seconds(1))
        #expect(harness.seen.last == .signal(worker, pid: harness.pids[worker] ?? 0, .kill))
    }

    @Test func withForceAfterTheGracePeriod() {
        var harness = SupervisorHarness.serving(workers: 1) {
            $0.drainDelay = .seconds(2)
            $0.gracePeriod = .seconds(4)
        }
        harness.signal(.stopGracefully)
        harness.forget()
        harness.pass(.milliseconds(6900))
        #expect(harness.seen.isEmpty)
        harness.pass(.seconds(1))
        #expect(harness.seen.contains(.report(.killed(workers: 1))))
        harness.forget()
        harness.pass(.seconds(10))
        #expect(harness.seen.isEmpty)
    }

    @Test func withoutStartingReplacements() {
        var harness = SupervisorHarness.serving()
        harness.signal(.stopGracefully)
        harness.forget()
        harness.ends(harness.current[0], .signalled(11))
        harness.pass(.seconds(3))
        #expect(!harness.seen.contains { if case .forkWorker = $0 { true } else { false } })
    }

    @Test func alsoWhileAllWorkersWaitForTheirReplacement() {
        var harness = SupervisorHarness.serving(workers: 1)
        harness.loaderEnds(.exited(0))
        for _ in 0..<3 { harness.ends(harness.current[0], .signalled(11)) }
        #expect(harness.current.isEmpty)
        harness.signal(.stopGracefully)
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }
}
