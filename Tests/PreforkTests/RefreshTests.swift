import Testing

@testable import Prefork

@Suite("The source of the model in use is asked for something newer")
struct RefreshTests {
    private func serving(every: Duration = .seconds(10)) -> SupervisorHarness {
        var harness = SupervisorHarness(workers: 1)
        harness.start()
        harness.take(harness.machine.loaded(Loaded("model", refreshAfter: every), at: harness.now))
        harness.loaderEnds(.exited(0))
        for worker in harness.current { harness.ready(worker) }
        harness.forget()
        return harness
    }

    private func refreshes(_ harness: SupervisorHarness) -> Int {
        harness.seen.count { if case .forkRefresher = $0 { true } else { false } }
    }

    @Test func againAndAgainAndSilentlyWhereNothingIsNewer() {
        var harness = serving()
        for round in 1...3 {
            harness.pass(.seconds(10))
            #expect(refreshes(harness) == round)
            harness.load(Loaded("model", refreshAfter: .seconds(10)), for: UInt64(round))
            harness.loaderEnds(.exited(0), for: UInt64(round))
        }
        #expect(harness.seen == (1...3).map { .forkRefresher(source: nil, swap: $0) })
    }

    @Test func somethingNewerIsPreparedAndCommittedAsAnyOther() {
        var harness = serving()
        let worker = harness.current[0]
        harness.pass(.seconds(10))
        harness.load(Loaded("newer", refreshAfter: .seconds(10)), for: 1)
        harness.loaderEnds(.exited(0), for: 1)
        harness.take(harness.machine.swapPrepared(1, by: worker, at: harness.now))
        harness.take(harness.machine.swapCommitted(1, by: worker, at: harness.now))
        #expect(
            harness.seen == [
                .forkRefresher(source: nil, swap: 1), .tell(worker, .prepare(swap: 1, loaded: "newer")),
                .adopt("newer"),
                .tell(worker, .commit(swap: 1)), .discardReplaced, .report(.modelSwapped(source: nil)),
            ])
    }

    @Test func aFailureIsReportedAndAskedAgain() {
        var harness = serving()
        harness.pass(.seconds(10))
        let failure = BootFailure("no archive", status: 65)
        harness.machine.loaderFailed(failure, for: 1)
        harness.loaderEnds(.exited(65), for: 1)
        #expect(
            harness.seen == [.forkRefresher(source: nil, swap: 1), .report(.modelNotRefreshed(source: nil, failure))])
        harness.pass(.seconds(10))
        #expect(refreshes(harness) == 2)
    }

    @Test func aRequestGoesFirstAndDecidesWhatIsAskedFrom() {
        var harness = serving()
        let worker = harness.current[0]
        harness.pass(.seconds(10))
        harness.take(harness.machine.swapRequested(by: worker, request: 3, source: "other", at: harness.now))
        let refresher = harness.loaders[1] ?? 0
        harness.loaderEnds(.signalled(9), for: 1)
        #expect(
            harness.seen == [
                .forkRefresher(source: nil, swap: 1), .killLoader(pid: refresher),
                .forkLoader(source: "other", swap: 2),
            ])
        harness.load(Loaded("prepared"), for: 2)
        harness.loaderEnds(.exited(0), for: 2)
        harness.take(harness.machine.swapPrepared(2, by: worker, at: harness.now))
        harness.take(harness.machine.swapCommitted(2, by: worker, at: harness.now))
        #expect(harness.seen.last == .tell(worker, .swapped(request: 3, nil)))
        harness.forget()
        harness.pass(.seconds(60))
        #expect(harness.seen == [])
    }

    @Test func whatAnEndedRefreshStillSaysIsNotUsed() {
        var harness = serving()
        let worker = harness.current[0]
        harness.pass(.seconds(10))
        harness.take(harness.machine.swapRequested(by: worker, request: 3, source: "other", at: harness.now))
        harness.forget()
        harness.load(Loaded("newer", refreshAfter: .seconds(10)), for: 1)
        #expect(harness.seen == [.discard("newer")])
        harness.loaderEnds(.signalled(9), for: 1)
        #expect(harness.seen == [.discard("newer")])
    }
}
