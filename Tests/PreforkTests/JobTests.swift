import Testing

@testable import Prefork

@Suite("Jobs run two at a time over all workers, and belong to those who asked")
struct JobTests {
    private func job(_ number: Int) -> JobDescription {
        JobDescription(directory: "/d/\(number)", words: ["job", "\(number)"])
    }

    private func asked(_ stage: inout SupervisorHarness, _ worker: WorkerIdentity, _ number: Int) {
        stage.take(stage.machine.jobRequested(by: worker, request: UInt64(number), job(number)))
    }

    @Test func twoRunEightWaitAndFurtherOnesAreRefused() {
        var stage = SupervisorHarness.serving(workers: 2)
        for number in 1...11 { asked(&stage, stage.current[number % 2], number) }
        #expect(stage.jobs.count == 2)
        #expect(stage.seen.count { if case .tell(_, .jobTaken) = $0 { true } else { false } } == 10)
        #expect(stage.seen.last == .tell(stage.current[1], .jobRefused(request: 11)))
        stage.forget()
        stage.jobEnds(1, .exited(0))
        #expect(stage.seen.first == .tell(stage.current[1], .jobEnded(request: 1, .exited(0))))
        #expect(stage.jobs.keys.sorted() == [2, 3])
        asked(&stage, stage.current[0], 12)
        #expect(stage.seen.last == .tell(stage.current[0], .jobTaken(request: 12)))
    }

    @Test func whatNobodyWaitsForIsEndedAndMakesRoom() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = stage.current[0]
        for number in 1...4 { asked(&stage, worker, number) }
        let pid = stage.jobs[1] ?? 0
        stage.forget()
        stage.take(stage.machine.jobGivenUp(by: worker, request: 1))
        stage.take(stage.machine.jobGivenUp(by: worker, request: 1))
        #expect(stage.seen == [.killJob(pid: pid)])
        stage.take(stage.machine.jobGivenUp(by: worker, request: 99))
        #expect(stage.seen.last == .tell(worker, .jobEnded(request: 99, .signalled(9))))
        stage.take(stage.machine.jobGivenUp(by: worker, request: 4))
        #expect(stage.seen.last == .tell(worker, .jobEnded(request: 4, .signalled(9))))
        stage.jobEnds(1, .signalled(9))
        #expect(stage.jobs.keys.sorted() == [2, 3])
    }

    @Test func aDeadWorkersJobsEndWithIt() {
        var stage = SupervisorHarness.serving(workers: 2)
        let (dead, living) = (stage.current[0], stage.current[1])
        asked(&stage, dead, 1)
        asked(&stage, living, 2)
        asked(&stage, dead, 3)
        asked(&stage, living, 4)
        let pid = stage.jobs[1] ?? 0
        stage.forget()
        stage.ends(dead, .signalled(9))
        #expect(stage.seen.contains(.killJob(pid: pid)))
        #expect(stage.seen.contains(.discardJob(directory: "/d/3")))
        stage.forget()
        stage.jobEnds(1, .signalled(9))
        #expect(stage.seen.first == .discardJob(directory: "/d/1"))
        #expect(stage.jobs.keys.sorted() == [2, 4])
        #expect(!stage.seen.contains { if case .tell(dead, _) = $0 { true } else { false } })
    }

    @Test func noneBeginsWhileTheServerEnds() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = stage.current[0]
        for number in 1...3 { asked(&stage, worker, number) }
        stage.loaderEnds(.exited(0))
        stage.signal(.stopGracefully)
        stage.jobEnds(1, .exited(0))
        #expect(stage.jobs.keys.sorted() == [2])
        asked(&stage, worker, 5)
        #expect(stage.seen.last == .tell(worker, .jobRefused(request: 5)))
        stage.ends(worker, .exited(0))
        #expect(stage.seen.last == .end(status: 0, error: nil))
    }

    @Test func aProcessThatCannotBeMadeIsAFailure() {
        var stage = SupervisorHarness.serving(workers: 1)
        let worker = stage.current[0]
        _ = stage.machine.jobRequested(by: worker, request: 5, job(5))
        #expect(
            stage.machine.jobNotForked(1) == [.tell(worker, .jobEnded(request: 5, .exited(ExitStatus.system)))])
    }
}
