import Testing

@testable import Prefork

@Suite("The source of what is served is asked for something newer")
struct RefreshTests {
    private func serving(every: Duration = .seconds(10)) -> SupervisorHarness {
        var stage = SupervisorHarness(workers: 1)
        stage.start()
        stage.take(stage.machine.loaded(Loaded("model", refreshAfter: every), at: stage.now))
        stage.loaderEnds(.exited(0))
        for worker in stage.current { stage.ready(worker) }
        stage.forget()
        return stage
    }

    private func refreshes(_ stage: SupervisorHarness) -> Int {
        stage.seen.count { if case .forkRefresher = $0 { true } else { false } }
    }

    @Test func againAndAgainAndSilentlyWhereNothingIsNewer() {
        var stage = serving()
        for round in 1...3 {
            stage.pass(.seconds(10))
            #expect(refreshes(stage) == round)
            stage.load(Loaded("model", refreshAfter: .seconds(10)), for: UInt64(round))
            stage.loaderEnds(.exited(0), for: UInt64(round))
        }
        #expect(stage.seen == (1...3).map { .forkRefresher(source: nil, swap: $0) })
    }

    @Test func somethingNewerIsPreparedAndCommittedAsAnyOther() {
        var stage = serving()
        let worker = stage.current[0]
        stage.pass(.seconds(10))
        stage.load(Loaded("newer", refreshAfter: .seconds(10)), for: 1)
        stage.loaderEnds(.exited(0), for: 1)
        stage.take(stage.machine.swapPrepared(1, by: worker, at: stage.now))
        stage.take(stage.machine.swapCommitted(1, by: worker, at: stage.now))
        #expect(
            stage.seen == [
                .forkRefresher(source: nil, swap: 1), .tell(worker, .prepare(swap: 1, loaded: "newer")),
                .adopt("newer"),
                .tell(worker, .commit(swap: 1)), .discardReplaced, .report(.modelSwapped(source: nil)),
            ])
    }

    @Test func aFailureIsReportedAndAskedAgain() {
        var stage = serving()
        stage.pass(.seconds(10))
        let failure = BootFailure("no archive", status: 65)
        stage.machine.loaderFailed(failure, for: 1)
        stage.loaderEnds(.exited(65), for: 1)
        #expect(
            stage.seen == [.forkRefresher(source: nil, swap: 1), .report(.modelNotRefreshed(source: nil, failure))])
        stage.pass(.seconds(10))
        #expect(refreshes(stage) == 2)
    }

    @Test func aRequestGoesFirstAndDecidesWhatIsAskedFrom() {
        var stage = serving()
        let worker = stage.current[0]
        stage.pass(.seconds(10))
        stage.take(stage.machine.swapRequested(by: worker, request: 3, source: "other", at: stage.now))
        let refresher = stage.loaders[1] ?? 0
        stage.loaderEnds(.signalled(9), for: 1)
        #expect(
            stage.seen == [
                .forkRefresher(source: nil, swap: 1), .killLoader(pid: refresher),
                .forkLoader(source: "other", swap: 2),
            ])
        stage.load(Loaded("prepared"), for: 2)
        stage.loaderEnds(.exited(0), for: 2)
        stage.take(stage.machine.swapPrepared(2, by: worker, at: stage.now))
        stage.take(stage.machine.swapCommitted(2, by: worker, at: stage.now))
        #expect(stage.seen.last == .tell(worker, .swapped(request: 3, nil)))
        stage.forget()
        stage.pass(.seconds(60))
        #expect(stage.seen == [])
    }

    @Test func whatAnEndedRefreshStillSaysIsNotServed() {
        var stage = serving()
        let worker = stage.current[0]
        stage.pass(.seconds(10))
        stage.take(stage.machine.swapRequested(by: worker, request: 3, source: "other", at: stage.now))
        stage.forget()
        stage.load(Loaded("newer", refreshAfter: .seconds(10)), for: 1)
        #expect(stage.seen == [.discard("newer")])
        stage.loaderEnds(.signalled(9), for: 1)
        #expect(stage.seen == [.discard("newer")])
    }
}
