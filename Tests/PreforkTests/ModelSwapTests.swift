import Testing

@testable import Prefork

@Suite("A swap reaches every worker at once, or none")
struct ModelSwapTests {
    private func asked(_ stage: inout SupervisorHarness, source: String = "new.tar.gz") -> WorkerIdentity {
        let requester = stage.current[0]
        stage.take(stage.machine.swapRequested(by: requester, request: 7, source: source, at: stage.now))
        return requester
    }

    @Test func everyWorkerPreparesBeforeAnyServes() {
        var stage = SupervisorHarness.serving(workers: 2)
        let requester = asked(&stage)
        #expect(stage.seen == [.forkLoader(source: "new.tar.gz", swap: 1)])
        stage.forget()
        stage.load(Loaded("prepared"), for: 1)
        let workers = stage.current
        #expect(stage.seen == workers.map { .tell($0, .prepare(swap: 1, loaded: "prepared")) })
        stage.forget()
        stage.take(stage.machine.swapPrepared(1, by: workers[0], at: stage.now))
        #expect(stage.seen == [])
        stage.take(stage.machine.swapPrepared(1, by: workers[1], at: stage.now))
        #expect(stage.seen == [.adopt("prepared")] + workers.map { .tell($0, .commit(swap: 1)) })
        stage.forget()
        stage.take(stage.machine.swapCommitted(1, by: workers[1], at: stage.now))
        #expect(stage.seen == [])
        stage.take(stage.machine.swapCommitted(1, by: workers[0], at: stage.now))
        #expect(
            stage.seen == [
                .discardReplaced, .report(.modelSwapped(source: "new.tar.gz")),
                .tell(requester, .swapped(request: 7, nil)),
            ])
    }

    @Test func oneRefusalKeepsTheOldEverywhere() {
        var stage = SupervisorHarness.serving(workers: 2)
        let requester = asked(&stage)
        stage.load(Loaded("prepared"), for: 1)
        stage.take(stage.machine.swapPrepared(1, by: stage.current[0], at: stage.now))
        stage.forget()
        let failure = BootFailure("no such component", status: 65)
        stage.take(stage.machine.swapRefused(1, failure, at: stage.now))
        #expect(
            stage.seen == stage.current.map { .tell($0, .drop(swap: 1)) } + [
                .discard("prepared"), .report(.modelRefused(source: "new.tar.gz", failure)),
                .tell(requester, .swapped(request: 7, failure)),
            ])
    }

    @Test func aLoaderThatFailsRefusesTheSwapAndNothingElse() {
        var stage = SupervisorHarness.serving(workers: 1)
        let requester = asked(&stage)
        stage.forget()
        let failure = BootFailure("no archive", status: 66)
        stage.machine.loaderFailed(failure, for: 1)
        stage.loaderEnds(.exited(66), for: 1)
        #expect(stage.seen.last == .tell(requester, .swapped(request: 7, failure)))
        #expect(stage.machine.phase == .serving)
    }

    @Test func aWorkerThatDiesIsNotWaitedFor() {
        var stage = SupervisorHarness.serving(workers: 2)
        _ = asked(&stage)
        stage.load(Loaded("prepared"), for: 1)
        let workers = stage.current
        stage.take(stage.machine.swapPrepared(1, by: workers[0], at: stage.now))
        stage.forget()
        stage.ends(workers[1], .signalled(9))
        #expect(stage.seen.contains(.adopt("prepared")))
        #expect(stage.seen.contains(.tell(workers[0], .commit(swap: 1))))
    }

    @Test func aWorkerStartedWithTheOldModelIsStartedAnew() {
        var stage = SupervisorHarness.serving(workers: 2)
        _ = asked(&stage)
        let survivor = stage.current[0]
        stage.ends(stage.current[1], .signalled(9))
        stage.pass(.seconds(1))
        // The replacement is being started while the others prepare and commit without it.
        let late = stage.current[1]
        stage.load(Loaded("prepared"), for: 1)
        stage.take(stage.machine.swapPrepared(1, by: survivor, at: stage.now))
        stage.forget()
        stage.ready(late)
        #expect(stage.seen.contains(.signal(late, pid: stage.pids[late] ?? 0, .kill)))
    }

    @Test func swapsQueueUp() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = asked(&stage)
        _ = asked(&stage, source: "")
        #expect(stage.seen == [.forkLoader(source: "new.tar.gz", swap: 1)])
        stage.load(Loaded("prepared"), for: 1)
        stage.take(stage.machine.swapPrepared(1, by: worker, at: stage.now))
        stage.forget()
        stage.take(stage.machine.swapCommitted(1, by: worker, at: stage.now))
        #expect(stage.seen.last == .tell(worker, .prepare(swap: 2, loaded: "")))
    }

    @Test func aSwapThatNobodyFinishesEndsByItself() {
        var stage = SupervisorHarness.serving(workers: 1)
        let requester = asked(&stage)
        stage.load(Loaded("prepared"), for: 1)
        stage.forget()
        stage.pass(.seconds(61))
        #expect(
            stage.seen.contains { action in
                if case .tell(requester, .swapped(request: 7, .some)) = action { true } else { false }
            })
    }

    @Test func aSlowOneIsOvertakenAndServedWhenItComes() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = asked(&stage, source: "slow")
        stage.take(stage.machine.swapRequested(by: worker, request: 8, source: "fast", at: stage.now))
        #expect(stage.seen == [.forkLoader(source: "slow", swap: 1), .forkLoader(source: "fast", swap: 2)])
        stage.forget()
        stage.load(Loaded("fast model"), for: 2)
        stage.loaderEnds(.exited(0), for: 2)
        stage.pass(.seconds(4))
        #expect(stage.seen == [])
        stage.pass(.seconds(1))
        #expect(stage.seen == [.tell(worker, .prepare(swap: 2, loaded: "fast model"))])
        stage.take(stage.machine.swapPrepared(2, by: worker, at: stage.now))
        stage.take(stage.machine.swapCommitted(2, by: worker, at: stage.now))
        #expect(stage.seen.last == .tell(worker, .swapped(request: 8, nil)))
        stage.load(Loaded("slow model"), for: 1)
        #expect(stage.seen.last == .tell(worker, .prepare(swap: 1, loaded: "slow model")))
    }

    @Test func oneThatNobodyWaitsForIsEnded() {
        var stage = SupervisorHarness.serving(workers: 2)
        let requester = asked(&stage, source: "slow")
        let loader = stage.loaders[1] ?? 0
        stage.forget()
        stage.take(stage.machine.swapGivenUp(by: requester, request: 6, at: stage.now))
        #expect(stage.seen == [])
        stage.take(stage.machine.swapGivenUp(by: requester, request: 7, at: stage.now))
        stage.take(stage.machine.swapGivenUp(by: requester, request: 7, at: stage.now))
        #expect(stage.seen == [.killLoader(pid: loader)])
        stage.forget()
        stage.loaderEnds(.signalled(9), for: 1)
        #expect(!stage.seen.contains { if case .report = $0 { true } else { false } })
        #expect(stage.machine.swaps == [])
    }

    @Test func oneWhoseWorkerDiedIsEnded() {
        var stage = SupervisorHarness.serving(workers: 2)
        let requester = asked(&stage, source: "slow")
        let loader = stage.loaders[1] ?? 0
        stage.ends(requester, .signalled(9))
        #expect(stage.seen.contains(.killLoader(pid: loader)))
    }

    @Test func oneThatWaitsToBeTakenInIsForgottenWithItsClient() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = asked(&stage, source: "slow")
        stage.take(stage.machine.swapRequested(by: worker, request: 8, source: "fast", at: stage.now))
        stage.load(Loaded("fast model"), for: 2)
        stage.forget()
        stage.take(stage.machine.swapGivenUp(by: worker, request: 8, at: stage.now))
        #expect(stage.seen == [.discard("fast model")])
    }

    @Test func moreThanSoManyAreRefused() {
        var stage = SupervisorHarness.serving(workers: 1)
        for _ in 0..<SupervisorMachine.maxSwaps { _ = asked(&stage, source: "slow") }
        stage.forget()
        let worker = asked(&stage)
        guard case .tell(worker, .swapped(request: 7, let failure?))? = stage.seen.first else {
            Issue.record("it was not refused: \(stage.seen)")
            return
        }
        #expect(failure.status == ExitStatus.unavailable)
        #expect(stage.seen.count == 1)
    }

    @Test func oneThatIsLoadedForTooLongIsRefused() {
        var stage = SupervisorHarness.serving(workers: 1) { $0.loadingLimit = .seconds(20) }
        let requester = asked(&stage)
        let loader = stage.loaders[1] ?? 0
        stage.pass(.seconds(21))
        #expect(stage.seen.count { $0 == .killLoader(pid: loader) } == 1)
        stage.loaderEnds(.signalled(9), for: 1)
        guard case .tell(requester, .swapped(request: 7, let failure?))? = stage.seen.last else {
            Issue.record("it was not refused: \(stage.seen)")
            return
        }
        #expect(failure.status == ExitStatus.unavailable)
    }

    @Test func aStopEndsAllLoaders() {
        var stage = SupervisorHarness.serving(workers: 1)
        _ = asked(&stage, source: "slow")
        let loader = stage.loaders[1] ?? 0
        stage.loaderEnds(.exited(0))
        stage.signal(.stopGracefully)
        #expect(stage.seen.contains(.killLoader(pid: loader)))
        stage.ends(stage.current[0], .exited(0))
        #expect(stage.machine.phase != .ended)
        stage.loaderEnds(.signalled(9), for: 1)
        #expect(stage.seen.last == .end(status: 0, error: nil))
    }
}
