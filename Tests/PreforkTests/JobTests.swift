import Testing

@testable import Prefork

@Suite("Jobs run two at a time over all workers, and belong to those who asked")
struct JobTests {
    private func job(_ number: Int) -> JobDescription {
        JobDescription(directory: "/d/\(number)", words: ["job", "\(number)"])
    }

    private func asked(_ harness: inout SupervisorHarness, _ worker: WorkerIdentity, _ number: Int) {
        harness.take(harness.machine.jobRequested(by: worker, request: UInt64(number), job(number)))
    }

    @Test func twoRunEightWaitAndFurtherOnesAreRefused() {
        var harness = SupervisorHarness.serving(workers: 2)
        for number in 1...11 { asked(&harness, harness.current[number % 2], number) }
        #expect(harness.jobs.count == 2)
        #expect(harness.seen.count { if case .tell(_, .jobTaken) = $0 { true } else { false } } == 10)
        #expect(harness.seen.last == .tell(harness.current[1], .jobRefused(request: 11)))
        harness.forget()
        harness.jobEnds(1, .exited(0))
        #expect(harness.seen.first == .tell(harness.current[1], .jobEnded(request: 1, .exited(0))))
        #expect(harness.jobs.keys.sorted() == [2, 3])
        asked(&harness, harness.current[0], 12)
        #expect(harness.seen.last == .tell(harness.current[0], .jobTaken(request: 12)))
    }

    @Test func whatNobodyWaitsForIsEndedAndMakesRoom() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = harness.current[0]
        for number in 1...4 { asked(&harness, worker, number) }
        let pid = harness.jobs[1] ?? 0
        harness.forget()
        harness.take(harness.machine.jobGivenUp(by: worker, request: 1))
        harness.take(harness.machine.jobGivenUp(by: worker, request: 1))
        #expect(harness.seen == [.killJob(pid: pid)])
        harness.take(harness.machine.jobGivenUp(by: worker, request: 99))
        #expect(harness.seen.last == .tell(worker, .jobEnded(request: 99, .signalled(9))))
        harness.take(harness.machine.jobGivenUp(by: worker, request: 4))
        #expect(harness.seen.last == .tell(worker, .jobEnded(request: 4, .signalled(9))))
        harness.jobEnds(1, .signalled(9))
        #expect(harness.jobs.keys.sorted() == [2, 3])
    }

    @Test func aDeadWorkersJobsEndWithIt() {
        var harness = SupervisorHarness.serving(workers: 2)
        let (dead, living) = (harness.current[0], harness.current[1])
        asked(&harness, dead, 1)
        asked(&harness, living, 2)
        asked(&harness, dead, 3)
        asked(&harness, living, 4)
        let pid = harness.jobs[1] ?? 0
        harness.forget()
        harness.ends(dead, .signalled(9))
        #expect(harness.seen.contains(.killJob(pid: pid)))
        #expect(harness.seen.contains(.discardJob(directory: "/d/3")))
        harness.forget()
        harness.jobEnds(1, .signalled(9))
        #expect(harness.seen.first == .discardJob(directory: "/d/1"))
        #expect(harness.jobs.keys.sorted() == [2, 4])
        #expect(!harness.seen.contains { if case .tell(dead, _) = $0 { true } else { false } })
    }

    @Test func noneBeginsWhileTheServerEnds() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = harness.current[0]
        for number in 1...3 { asked(&harness, worker, number) }
        harness.loaderEnds(.exited(0))
        harness.signal(.stopGracefully)
        harness.jobEnds(1, .exited(0))
        #expect(harness.jobs.keys.sorted() == [2])
        asked(&harness, worker, 5)
        #expect(harness.seen.last == .tell(worker, .jobRefused(request: 5)))
        harness.ends(worker, .exited(0))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func aProcessThatCannotBeMadeIsAFailure() {
        var harness = SupervisorHarness.serving(workers: 1)
        let worker = harness.current[0]
        _ = harness.machine.jobRequested(by: worker, request: 5, job(5))
        #expect(
            harness.machine.jobNotForked(1) == [.tell(worker, .jobEnded(request: 5, .exited(ExitStatus.system)))])
    }
}
