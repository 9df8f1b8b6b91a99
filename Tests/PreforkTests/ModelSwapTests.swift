import Testing

@testable import Prefork

@Suite("A swap reaches every worker at once, or none")
struct ModelSwapTests {
    private func asked(_ harness: inout SupervisorHarness, source: String = "new.tar.gz") -> WorkerIdentity {
        let requester = harness.current[0]
        harness.take(harness.machine.swapRequested(by: requester, request: 7, source: source, at: harness.now))
        return requester
    }

    @Test func everyWorkerPreparesBeforeAnyServes() {
        var harness = SupervisorHarness.serving(workers: 2)
        let requester = asked(&harness)
        #expect(harness.seen == [.forkLoader(source: "new.tar.gz", swap: 1)])
        harness.forget()
        harness.load(Loaded("prepared"), for: 1)
        let workers = harness.current
        #expect(harness.seen == workers.map { .tell($0, .prepare(swap: 1, loaded: "prepared")) })
        harness.forget()
        harness.take(harness.machine.swapPrepared(1, by: workers[0], at: harness.now))
        #expect(harness.seen == [])
        harness.take(harness.machine.swapPrepared(1, by: workers[1], at: harness.now))
        #expect(harness.seen == [.adopt("prepared")] + workers.map { .tell($0, .commit(swap: 1)) })
        harness.forget()
        harness.take(harness.machine.swapCommitted(1, by: workers[1], at: harness.now))
        #expect(harness.seen == [])
        harness.take(harness.machine.swapCommitted(1, by: workers[0], at: harness.now))
        #expect(
            harness.seen == [
                .discardReplaced, .report(.modelSwapped(source: "new.tar.gz")),
                .tell(requester, .swapped(request: 7, nil)),
            ])
    }

    @Test func oneRefusalKeepsTheOldEverywhere() {
        var harness = SupervisorHarness.serving(workers: 2)
        let requester = asked(&harness)
        harness.load(Loaded("prepared"), for: 1)
        harness.take(harness.machine.swapPrepared(1, by: harness.current[0], at: harness.now))
        harness.forget()
        let failure = BootFailure("no such component", status: 65)
        harness.take(harness.machine.swapRefused(1, failure, at: harness.now))
        #expect(
            harness.seen == harness.current.map { .tell($0, .drop(swap: 1)) } + [
                .discard("prepared"), .report(.modelRefused(source: "new.tar.gz", failure)),
                .tell(requester, .swapped(request: 7, failure)),
            ])
    }

    @Test func aLoaderThatFailsRefusesTheSwapAndNothingElse() {
        var harness = SupervisorHarness.serving(workers: 1)
        let requester = asked(&harness)
        harness.forget()
        let failure = BootFailure("no archive", status: 66)
        harness.machine.loaderFailed(failure, for: 1)
        harness.loaderEnds(.exited(66), for: 1)
        #expect(harness.seen.last == .tell(requester, .swapped(request: 7, failure)))
        #expect(harness.machine.phase == .serving)
    }

    @Test func aWorkerThatDiesIsNotWaitedFor() {
        var harness = SupervisorHarness.serving(workers: 2)
        _ = asked(&harness)
        harness.load(Loaded("prepared"), for: 1)
        let workers = harness.current
        harness.take(harness.machine.swapPrepared(1, by: workers[0], at: harness.now))
        harness.forget()
        harness.ends(workers[1], .signalled(9))
        #expect(harness.seen.contains(.adopt("prepared")))
        #expect(harness.seen.contains(.tell(workers[0], .commit(swap: 1))))
    }

    @Test func aWorkerStartedWithTheOldModelIsStartedAnew() {
        var harness = SupervisorHarness.serving(workers: 2)
        _ = asked(&harness)
        let survivor = harness.current[0]
        harness.ends(harness.current[1], .signalled(9))
        harness.pass(.seconds(1))
        // The replacement is being started while the others prepare and commit without it.
        let late = harness.current[1]
        harness.load(Loaded("prepared"), for: 1)
        harness.take(harness.machine.swapPrepared(1, by: survivor, at: harness.now))
        harness.forget()
        harness.ready(late)
        #expect(harness.seen.contains(.signal(late, pid: harness.pids[late] ?? 0, .kill)))
    }

    @Test func swapsQueueUp() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = asked(&harness)
        _ = asked(&harness, source: "")
        #expect(harness.seen == [.forkLoader(source: "new.tar.gz", swap: 1)])
        harness.load(Loaded("prepared"), for: 1)
        harness.take(harness.machine.swapPrepared(1, by: worker, at: harness.now))
        harness.forget()
        harness.take(harness.machine.swapCommitted(1, by: worker, at: harness.now))
        #expect(harness.seen.last == .tell(worker, .prepare(swap: 2, loaded: "")))
    }

    @Test func aSwapThatNobodyFinishesEndsByItself() {
        var harness = SupervisorHarness.serving(workers: 1)
        let requester = asked(&harness)
        harness.load(Loaded("prepared"), for: 1)
        harness.forget()
        harness.pass(.seconds(61))
        #expect(
            harness.seen.contains { action in
                if case .tell(requester, .swapped(request: 7, .some)) = action { true } else { false }
            })
    }

    @Test func aSlowOneIsOvertakenAndUsedWhenItComes() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = asked(&harness, source: "slow")
        harness.take(harness.machine.swapRequested(by: worker, request: 8, source: "fast", at: harness.now))
        #expect(harness.seen == [.forkLoader(source: "slow", swap: 1), .forkLoader(source: "fast", swap: 2)])
        harness.forget()
        harness.load(Loaded("fast model"), for: 2)
        harness.loaderEnds(.exited(0), for: 2)
        harness.pass(.seconds(4))
        #expect(harness.seen == [])
        harness.pass(.seconds(1))
        #expect(harness.seen == [.tell(worker, .prepare(swap: 2, loaded: "fast model"))])
        harness.take(harness.machine.swapPrepared(2, by: worker, at: harness.now))
        harness.take(harness.machine.swapCommitted(2, by: worker, at: harness.now))
        #expect(harness.seen.last == .tell(worker, .swapped(request: 8, nil)))
        harness.load(Loaded("slow model"), for: 1)
        #expect(harness.seen.last == .tell(worker, .prepare(swap: 1, loaded: "slow model")))
    }

    @Test func oneThatNobodyWaitsForIsEnded() {
        var harness = SupervisorHarness.serving(workers: 2)
        let requester = asked(&harness, source: "slow")
        let loader = harness.loaders[1] ?? 0
        harness.forget()
        harness.take(harness.machine.swapGivenUp(by: requester, request: 6, at: harness.now))
        #expect(harness.seen == [])
        harness.take(harness.machine.swapGivenUp(by: requester, request: 7, at: harness.now))
        harness.take(harness.machine.swapGivenUp(by: requester, request: 7, at: harness.now))
        #expect(harness.seen == [.killLoader(pid: loader)])
        harness.forget()
        harness.loaderEnds(.signalled(9), for: 1)
        #expect(!harness.seen.contains { if case .report = $0 { true } else { false } })
        #expect(harness.machine.swaps == [])
    }

    @Test func oneWhoseWorkerDiedIsEnded() {
        var harness = SupervisorHarness.serving(workers: 2)
        let requester = asked(&harness, source: "slow")
        let loader = harness.loaders[1] ?? 0
        harness.ends(requester, .signalled(9))
        #expect(harness.seen.contains(.killLoader(pid: loader)))
    }

    @Test func oneThatWaitsToBeTakenInIsForgottenWithItsClient() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = asked(&harness, source: "slow")
        harness.take(harness.machine.swapRequested(by: worker, request: 8, source: "fast", at: harness.now))
        harness.load(Loaded("fast model"), for: 2)
        harness.forget()
        harness.take(harness.machine.swapGivenUp(by: worker, request: 8, at: harness.now))
        #expect(harness.seen == [.discard("fast model")])
    }

    @Test func moreThanSoManyAreRefused() {
        var harness = SupervisorHarness.serving(workers: 1)
        for _ in 0..<SupervisorMachine.maxSwaps { _ = asked(&harness, source: "slow") }
        harness.forget()
        let worker = asked(&harness)
        guard case .tell(worker, .swapped(request: 7, let failure?))? = harness.seen.first else {
            Issue.record("it was not refused: \(harness.seen)")
            return
        }
        #expect(failure.status == ExitStatus.unavailable)
        #expect(harness.seen.count == 1)
    }

    @Test func oneThatIsLoadedForTooLongIsRefused() {
        var harness = SupervisorHarness.serving(workers: 1) { $0.loadingLimit = .seconds(20) }
        let requester = asked(&harness)
        let loader = harness.loaders[1] ?? 0
        harness.pass(.seconds(21))
        #expect(harness.seen.count { $0 == .killLoader(pid: loader) } == 1)
        harness.loaderEnds(.signalled(9), for: 1)
        guard case .tell(requester, .swapped(request: 7, let failure?))? = harness.seen.last else {
            Issue.record("it was not refused: \(harness.seen)")
            return
        }
        #expect(failure.status == ExitStatus.unavailable)
    }

    @Test func aStopEndsAllLoaders() {
        var harness = SupervisorHarness.serving(workers: 1)
        _ = asked(&harness, source: "slow")
        let loader = harness.loaders[1] ?? 0
        harness.loaderEnds(.exited(0))
        harness.signal(.stopGracefully)
        #expect(harness.seen.contains(.killLoader(pid: loader)))
        harness.ends(harness.current[0], .exited(0))
        #expect(harness.machine.phase != .ended)
        harness.loaderEnds(.signalled(9), for: 1)
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }
}
