import Testing
import Training

@testable import Prefork

@Suite("A supervisor starts its workers when the model is prepared")
struct StartTests {
    @Test func loaderFirstThenAllWorkers() {
        var stage = SupervisorHarness(workers: 3)
        stage.start()
        #expect(stage.seen == [.forkLoader(source: nil, swap: 0)])
        stage.forget()
        stage.load()
        #expect(
            stage.seen == [.adopt("model")] + (0..<3).map { .forkWorker(WorkerIdentity(slot: $0, serial: $0 + 1)) })
        stage.forget()
        stage.loaderEnds(.exited(0))
        stage.ready(stage.current[0])
        stage.ready(stage.current[1])
        #expect(stage.seen == [])
        stage.ready(stage.current[2])
        #expect(stage.seen == [.report(.ready(workers: 3))])
    }

    @Test func aFailedLoaderEndsTheStartWithItsWordsAndStatus() {
        var stage = SupervisorHarness()
        stage.start()
        stage.machine.loaderFailed(BootFailure("the archive is\nbroken", status: 65))
        stage.loaderEnds(.exited(65))
        #expect(stage.seen.last == .end(status: 65, error: "the archive is broken"))
    }

    @Test func aLoaderThatDiesSilentlyEndsTheStart() {
        var stage = SupervisorHarness()
        stage.start()
        stage.loaderEnds(.signalled(11))
        let error = "the process that prepares the model was ended by signal 11 (segmentation fault)"
        #expect(stage.seen.last == .end(status: ExitStatus.software, error: error))
    }

    @Test func aLoaderThatTakesTooLongIsEnded() {
        var stage = SupervisorHarness { $0.loadingLimit = .seconds(10) }
        stage.start()
        stage.pass(.seconds(9))
        #expect(!stage.seen.contains(.killLoader(pid: 101)))
        stage.pass(.seconds(5))
        #expect(stage.seen.filter { $0 == .killLoader(pid: 101) }.count == 1)
        stage.loaderEnds(.signalled(9))
        guard case .end(let status, _) = stage.seen.last else {
            Issue.record("the start did not end")
            return
        }
        #expect(status == ExitStatus.unavailable)
    }

    @Test func aWorkerThatCannotBootBeforeTheFirstWasReadyEndsTheWhole() {
        var stage = SupervisorHarness()
        stage.start()
        stage.load()
        let (first, second) = (stage.current[0], stage.current[1])
        stage.machine.workerFailed(first, BootFailure("no such component", status: 65))
        stage.forget()
        stage.ends(first, .exited(65))
        #expect(stage.seen == [.retire(first), .signal(second, pid: stage.pids[second] ?? 0, .kill)])
        stage.loaderEnds(.exited(0))
        stage.ends(second, .signalled(9))
        #expect(stage.seen.last == .end(status: 65, error: "no such component"))
    }

    @Test func aForkThatFailsDuringTheStartEndsIt() {
        var stage = SupervisorHarness(workers: 1)
        stage.start()
        stage.loaderEnds(.exited(0))
        var machine = SupervisorMachine(limits: SupervisorLimits(workers: 2)) { "\($0)" }
        _ = machine.start(at: stage.now)
        _ = machine.loaded(Loaded("model"), at: stage.now)
        let actions = machine.forkFailed(
            WorkerIdentity(slot: 0, serial: 1), because: "no memory", at: stage.now)
        #expect(actions.last == .end(status: ExitStatus.system, error: "cannot start worker 0: no memory"))
        #expect(!machine.wants(WorkerIdentity(slot: 1, serial: 2)))
    }

    @Test func aStopWhileTheModelIsPreparedEndsTheLoader() {
        var stage = SupervisorHarness()
        stage.start()
        stage.forget()
        stage.signal(.stopGracefully)
        #expect(stage.seen == [.killLoader(pid: 101)])
        stage.loaderEnds(.signalled(9))
        #expect(stage.seen.last == .end(status: 0, error: nil))
    }
}

@Suite("A supervisor replaces workers that end unasked")
struct ReplacementTests {
    @Test func atOnceWhenTheyHadServedWell() {
        var stage = SupervisorHarness.serving()
        let dead = stage.current[0]
        stage.ends(dead, .signalled(9))
        #expect(stage.seen.contains(.forkWorker(WorkerIdentity(slot: 0, serial: 3))))
        #expect(stage.seen.first == .retire(dead))
    }

    @Test func alsoWhenTheyEndWithStatusZero() {
        var stage = SupervisorHarness.serving()
        stage.ends(stage.current[1], .exited(0))
        #expect(stage.seen.contains(.forkWorker(WorkerIdentity(slot: 1, serial: 3))))
    }

    @Test func withDelaysThatDoubleAndAreCapped() {
        var stage = SupervisorHarness.serving(workers: 1) { $0.maxDelay = .milliseconds(800) }
        var delays: [Duration] = []
        for _ in 0..<7 {
            stage.forget()
            stage.ends(stage.current[0], .signalled(11))
            for case .report(.workerEnded(_, _, _, let delay)) in stage.seen { delays.append(delay) }
            stage.pass(.seconds(1))
        }
        #expect(delays == [0, 0, 100, 200, 400, 800, 800].map { .milliseconds($0) })
    }

    @Test func withoutDelayAgainAfterAHealthyRun() {
        var stage = SupervisorHarness.serving(workers: 1)
        for _ in 0..<4 {
            stage.ends(stage.current[0], .signalled(11))
            stage.pass(.seconds(1))
        }
        stage.ready(stage.current[0])
        stage.pass(.seconds(1))
        stage.forget()
        stage.ends(stage.current[0], .signalled(11))
        #expect(stage.seen.contains { if case .forkWorker = $0 { true } else { false } })
    }

    @Test func evenIfTheyCannotBootAnyMore() {
        var stage = SupervisorHarness.serving(workers: 1)
        stage.ends(stage.current[0], .signalled(9))
        let second = stage.current[0]
        stage.machine.workerFailed(second, BootFailure("redis is gone", status: 69))
        stage.forget()
        stage.ends(second, .exited(69))
        #expect(!stage.seen.contains { if case .end = $0 { true } else { false } })
        stage.pass(.seconds(20))
        #expect(!stage.current.isEmpty)
    }

    @Test func andReapsProcessesThatItDoesNotKnow() {
        var stage = SupervisorHarness.serving()
        let actions = stage.machine.childEnded(pid: 4711, .exited(3), at: stage.now)
        #expect(actions == [.report(.orphanReaped(pid: 4711))])
    }
}

@Suite("The leases of a dead worker are given back by a living one")
struct BereavementTests {
    @Test func byASiblingAtOnce() {
        var stage = SupervisorHarness.serving()
        let (dead, living) = (stage.current[0], stage.current[1])
        stage.ends(dead, .signalled(9))
        #expect(stage.seen.contains(.tell(living, .releaseLeases(owner: "owner-\(dead.serial)"))))
    }

    @Test func byTheReplacementWhenThereIsNoSibling() {
        var stage = SupervisorHarness.serving(workers: 1)
        let dead = stage.current[0]
        stage.ends(dead, .signalled(9))
        stage.forget()
        let replacement = stage.current[0]
        stage.ready(replacement)
        #expect(stage.seen.contains(.tell(replacement, .releaseLeases(owner: "owner-\(dead.serial)"))))
    }

    @Test func byAnotherWhenTheFirstDiesOverIt() {
        var stage = SupervisorHarness.serving(workers: 3)
        let (first, second, third) = (stage.current[0], stage.current[1], stage.current[2])
        stage.ends(first, .signalled(9))
        stage.forget()
        stage.ends(second, .signalled(9))
        #expect(stage.seen.contains(.tell(third, .releaseLeases(owner: "owner-\(first.serial)"))))
        #expect(stage.seen.contains(.tell(third, .releaseLeases(owner: "owner-\(second.serial)"))))
    }

    @Test func onlyOnceWhenItIsConfirmed() {
        var stage = SupervisorHarness.serving(workers: 3)
        let (first, second) = (stage.current[0], stage.current[1])
        stage.ends(first, .signalled(9))
        stage.machine.leasesReleased(owner: "owner-\(first.serial)")
        stage.forget()
        stage.ends(second, .signalled(9))
        let again = SupervisorMessage.releaseLeases(owner: "owner-\(first.serial)")
        #expect(!stage.seen.contains { if case .tell(_, again) = $0 { true } else { false } })
    }
}

@Suite("A supervisor stops when it is told to")
struct StopTests {
    @Test func gracefullyOnTheFirstTERM() {
        var stage = SupervisorHarness.serving()
        let workers = stage.current
        stage.signal(.stopGracefully)
        let stop = SupervisorMessage.stop(acceptFor: .zero, finishWithin: .seconds(15))
        #expect(stage.seen.suffix(2) == [.tell(workers[0], stop), .tell(workers[1], stop)])
        stage.loaderEnds(.exited(0))
        stage.ends(workers[0], .exited(0))
        stage.forget()
        stage.ends(workers[1], .exited(0))
        #expect(stage.seen == [.retire(workers[1]), .end(status: 0, error: nil)])
    }

    @Test func atOnceOnTheSecond() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = stage.current[0]
        stage.signal(.stopGracefully)
        stage.forget()
        stage.signal(.stopQuickly)
        #expect(stage.seen.last == .signal(worker, pid: stage.pids[worker] ?? 0, .kill))
    }

    @Test func atOnceOnQUIT() {
        var stage = SupervisorHarness.serving(workers: 1)
        stage.signal(.stopNow)
        #expect(stage.seen.contains { if case .signal(_, _, .kill) = $0 { true } else { false } })
    }

    @Test func withForceAfterTheGracePeriod() {
        var stage = SupervisorHarness.serving(workers: 1) {
            $0.drainDelay = .seconds(2)
            $0.gracePeriod = .seconds(4)
        }
        stage.signal(.stopGracefully)
        stage.forget()
        stage.pass(.milliseconds(6900))
        #expect(stage.seen.isEmpty)
        stage.pass(.seconds(1))
        #expect(stage.seen.contains(.report(.killed(workers: 1))))
        stage.forget()
        stage.pass(.seconds(10))
        #expect(stage.seen.isEmpty)
    }

    @Test func withoutStartingReplacements() {
        var stage = SupervisorHarness.serving()
        stage.signal(.stopGracefully)
        stage.forget()
        stage.ends(stage.current[0], .signalled(11))
        stage.pass(.seconds(3))
        #expect(!stage.seen.contains { if case .forkWorker = $0 { true } else { false } })
    }

    @Test func alsoWhileAllWorkersWaitForTheirReplacement() {
        var stage = SupervisorHarness.serving(workers: 1)
        stage.loaderEnds(.exited(0))
        for _ in 0..<3 { stage.ends(stage.current[0], .signalled(11)) }
        #expect(stage.current.isEmpty)
        stage.signal(.stopGracefully)
        #expect(stage.seen.last == .end(status: 0, error: nil))
    }

    @Test func andSaysWhichSignalsItDoesNotServe() {
        var stage = SupervisorHarness.serving()
        stage.signal(.unsupported("HUP"))
        #expect(stage.seen == [.report(.signalUnsupported("HUP"))])
    }
}

@Suite("A worker without a heartbeat is ended")
struct HeartbeatTests {
    @Test func withABRTThenKILL() {
        var stage = SupervisorHarness.serving()
        let stuck = stage.current[1]
        let pid = stage.pids[stuck] ?? 0
        stage.beats[1] = stage.now
        stage.pass(.seconds(30))
        #expect(stage.seen.isEmpty)
        stage.pass(.seconds(1))
        #expect(stage.seen.last == .signal(stuck, pid: pid, .abort))
        stage.forget()
        stage.pass(.seconds(4))
        #expect(stage.seen.isEmpty)
        stage.pass(.seconds(1))
        #expect(stage.seen == [.signal(stuck, pid: pid, .kill)])
        stage.ends(stuck, .signalled(9))
        #expect(stage.current.count == 2)
    }

    @Test func unlessTheSupervisorItselfStoodStill() {
        var stage = SupervisorHarness.serving()
        stage.beats = [0: stage.now, 1: stage.now]
        stage.freeze(.seconds(3600))
        #expect(stage.seen.isEmpty)
        stage.beats = [:]
        stage.pass(.seconds(60))
        #expect(stage.seen.isEmpty)
    }
}
