import Testing

@testable import Prefork

@Suite("A worker that has had its requests or memory retires when another one serves in its place")
struct ReliefTests {
    private static let retire = SupervisorMessage.retire(idleFor: .seconds(65), finishWithin: .seconds(3600))

    private func fork(_ slot: Int, _ serial: Int) -> SupervisorAction {
        .forkWorker(WorkerIdentity(slot: slot, serial: serial))
    }

    /// The first of two workers is to be relieved by one in slot 2 with serial 3.
    private func relieving() -> (SupervisorHarness, old: WorkerIdentity, new: WorkerIdentity) {
        var harness = SupervisorHarness.serving()
        let old = harness.current[0]
        harness.exhausted(old)
        return (harness, old, WorkerIdentity(slot: 2, serial: 3))
    }

    @Test func theNewOneComesFirst() {
        var (harness, old, new) = relieving()
        #expect(
            harness.seen == [
                .report(.workerExhausted(old, pid: harness.pids[old] ?? 0, .requests(1000))), fork(2, 3),
            ])
        harness.forget()
        harness.exhausted(old)
        #expect(harness.seen == [])
        harness.ready(new)
        #expect(
            harness.seen == [
                .report(.workerReplaced(new, pid: harness.pids[new] ?? 0)), .tell(old, Self.retire),
            ])
        harness.ends(old, .exited(0))
        #expect(harness.machine.members == [1, 2])
        harness.pass(.seconds(60))
        #expect(harness.current.map(\.slot) == [1, 2])
    }

    @Test func oneAfterTheOther() {
        var (harness, _, new) = relieving()
        let other = harness.current[1]
        harness.forget()
        harness.exhausted(other)
        #expect(harness.seen == [])
        harness.ready(new)
        harness.forget()
        harness.exhausted(other)
        #expect(harness.seen.last == fork(3, 4))
    }

    @Test func oneThatDoesNotStartLeavesTheOldAndIsTriedAgainLater() {
        var (harness, old, new) = relieving()
        harness.forget()
        harness.ends(new, .exited(70))
        #expect(harness.seen.contains { if case .report(.workerNotStarted(new, _, _)) = $0 { true } else { false } })
        harness.forget()
        harness.exhausted(old)
        #expect(harness.seen == [])
        harness.pass(.seconds(31))
        harness.exhausted(old)
        #expect(harness.seen.last == fork(2, 4))
    }

    @Test func anOldOneThatDiesMeanwhileIsNotReplacedTwice() {
        var (harness, old, new) = relieving()
        harness.forget()
        harness.ends(old, .signalled(9))
        #expect(!harness.seen.contains { if case .forkWorker = $0 { true } else { false } })
        harness.ready(new)
        #expect(harness.machine.members == [1, 2])
        #expect(harness.seen.last == .report(.workerReplaced(new, pid: harness.pids[new] ?? 0)))
    }

    @Test func aNewGenerationNeedsNoRelief() {
        var (harness, old, new) = relieving()
        harness.signal(.hangUp)
        harness.load(Loaded("next"), for: 1)
        harness.loaderEnds(.exited(0), for: 1)
        let successors = harness.current.filter { $0.serial > 3 }
        harness.forget()
        for worker in successors { harness.ready(worker) }
        #expect(harness.seen.contains(.signal(new, pid: harness.pids[new] ?? 0, .kill)))
        #expect(harness.seen.contains(.tell(old, Self.retire)))
        harness.ends(new, .signalled(9))
        harness.ends(old, .exited(0))
        #expect(harness.machine.members == successors.map(\.slot))
    }

    @Test func oneThatStartedWithAModelThatIsNotInUseAnyMoreRetiresInstead() {
        var (harness, old, new) = relieving()
        harness.take(harness.machine.swapRequested(by: old, request: 1, source: "b", at: harness.now))
        harness.load(Loaded("b"), for: 1)
        for worker in harness.current.prefix(2) {
            harness.take(harness.machine.swapPrepared(1, by: worker, at: harness.now))
        }
        harness.forget()
        harness.ready(new)
        #expect(harness.seen == [.tell(new, Self.retire)])
        #expect(harness.machine.members == [0, 1])
        harness.exhausted(old)
        #expect(harness.seen.last == fork(3, 4))
    }

    @Test func workersWithTooMuchMemoryFromTheBeginningAreNotReplacedAllTheTime() {
        var harness = SupervisorHarness.serving(workers: 1)
        harness.exhausted(harness.current[0], .memory(1 << 30))
        let new = WorkerIdentity(slot: 1, serial: 2)
        harness.ready(new)
        harness.forget()
        harness.exhausted(new, .memory(1 << 30))
        #expect(harness.seen == [])
        harness.pass(.seconds(31))
        harness.exhausted(new, .memory(1 << 30))
        #expect(harness.seen.contains { if case .forkWorker = $0 { true } else { false } })
    }

    @Test func notWhileTheServerEnds() {
        var harness = SupervisorHarness.serving()
        harness.signal(.stopGracefully)
        harness.forget()
        harness.exhausted(harness.current[0])
        #expect(harness.seen == [])
    }

    @Test func workersThatServeBesideEachOtherHaveDifferentNumbersWhicheverPlacesTheyHave() {
        func ordinals(_ harness: SupervisorHarness) -> [Int] {
            harness.machine.members.map { harness.machine.slots[$0].ordinal }.sorted()
        }
        var (harness, old, new) = relieving()
        #expect(harness.machine.slots[2].ordinal == 0)
        harness.ready(new)
        harness.ends(old, .exited(0))
        #expect(ordinals(harness) == [0, 1])
        harness.ends(new, .signalled(9))
        #expect(ordinals(harness) == [0, 1])
        harness.signal(.addWorker)
        #expect(ordinals(harness) == [0, 1, 2])
        harness.signal(.hangUp)
        harness.load(Loaded("next"), for: 1)
        harness.loaderEnds(.exited(0), for: 1)
        for worker in harness.current { harness.ready(worker) }
        #expect(ordinals(harness) == [0, 1])
    }
}
