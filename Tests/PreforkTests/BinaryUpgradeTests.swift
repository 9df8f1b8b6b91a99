import Testing

@testable import Prefork

@Suite("USR2 starts a new binary beside this one, which retires, and comes back where the new one fails")
struct BinaryUpgradeTests {
    private static let retire = SupervisorMessage.retire(idleFor: .seconds(65), finishWithin: .seconds(3600))

    private func starting(_ change: (inout SupervisorLimits) -> Void = { _ in }) -> SupervisorHarness {
        var harness = SupervisorHarness.serving(workers: 2, change)
        harness.loaderEnds(.exited(0))
        harness.signal(.upgradeBinary)
        return harness
    }

    /// The new binary serves; the old workers retire.
    private func superseded(_ change: (inout SupervisorLimits) -> Void = { _ in }) -> SupervisorHarness {
        var harness = starting(change)
        harness.binaryReady()
        harness.forget()
        return harness
    }

    private func fork(_ slot: Int, _ serial: Int) -> SupervisorAction {
        .forkWorker(WorkerIdentity(slot: slot, serial: serial))
    }

    @Test func theOldRetireWhenTheNewAreReady() {
        var harness = starting()
        let (old, pid) = (harness.current, harness.binary ?? 0)
        #expect(harness.seen == [.startBinary])
        harness.forget()
        harness.binaryReady()
        #expect(
            harness.seen == [.mainProcess(pid: pid), .report(.upgraded(pid: pid))]
                + old.map { .tell($0, Self.retire) })
        harness.forget()
        for worker in old { harness.ends(worker, .exited(0)) }
        #expect(harness.seen == old.map { .retire($0) })
        harness.forget()
        harness.pass(.seconds(64))
        #expect(harness.seen == [])
        harness.pass(.seconds(2))
        #expect(harness.seen == [.report(.supersededEnds), .end(status: 0, error: nil)])
    }

    @Test func theOldSupervisorStaysAsLongAsItsWorkers() {
        var harness = superseded()
        let old = harness.current
        harness.pass(.seconds(300))
        #expect(harness.seen == [])
        for worker in old { harness.ends(worker, .exited(0)) }
        harness.pass(.seconds(1))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test(arguments: [ProcessEnd.exited(0), .exited(127), .signalled(11)])
    func oneThatEndsBeforeItIsReadyLeavesAllAsItWas(end: ProcessEnd) {
        var harness = starting()
        let old = harness.current
        harness.forget()
        harness.binaryEnds(end)
        let failure = BootFailure("the new binary \(end)", status: ExitStatus.software)
        #expect(harness.seen == [.mainProcess(pid: nil), .report(.upgradeFailed(failure))])
        #expect(harness.current == old)
        harness.forget()
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [.startBinary])
    }

    @Test func oneThatCannotBeStartedLeavesAllAsItWas() {
        var harness = starting()
        harness.forget()
        let failure = BootFailure("no such file", status: ExitStatus.unavailable)
        harness.take(harness.machine.binaryNotStarted(failure, at: harness.now))
        #expect(harness.seen == [.mainProcess(pid: nil), .report(.upgradeFailed(failure))])
    }

    @Test func oneThatIsNeverReadyIsKilled() {
        var harness = starting { $0.upgradeLimit = .seconds(20) }
        let pid = harness.binary ?? 0
        harness.forget()
        harness.pass(.seconds(19))
        #expect(harness.seen == [])
        harness.pass(.seconds(5))
        #expect(harness.seen == [.signalBinary(pid: pid, .kill)])
        // Its word may have been on the way.
        harness.binaryReady()
        harness.forget()
        harness.binaryEnds(.signalled(9))
        let failure = BootFailure("the new binary was not ready within 20.0 seconds", status: ExitStatus.unavailable)
        #expect(harness.seen == [.mainProcess(pid: nil), .report(.upgradeFailed(failure))])
    }

    @Test(arguments: [ProcessEnd.exited(70), .signalled(9)])
    func oneThatCrashesWhileTheOldIsStillThereHasItServeAgain(end: ProcessEnd) {
        var harness = superseded()
        let old = harness.current
        harness.ends(old[0], .exited(0))
        harness.forget()
        harness.binaryEnds(end)
        #expect(
            harness.seen == [.mainProcess(pid: nil), .report(.upgradeReverted(end)), fork(0, 3), fork(2, 4)])
        let new = harness.current.filter { !old.contains($0) }
        for worker in new { harness.ready(worker) }
        harness.ends(old[1], .exited(0))
        harness.pass(.seconds(100))
        #expect(harness.current == new)
    }

    @Test func oneThatIsEndedOnPurposeDoesNotBringTheOldBack() {
        var harness = superseded()
        let old = harness.current
        harness.binaryEnds(.exited(0))
        harness.pass(.seconds(2))
        #expect(harness.seen == [])
        for worker in old { harness.ends(worker, .exited(0)) }
        harness.pass(.seconds(1))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func aRetiringWorkerThatDiesIsNotReplacedButItsLeasesAreReleasedByOneThatComesBack() {
        var harness = superseded()
        let old = harness.current
        harness.ends(old[0], .signalled(11))
        #expect(harness.seen == [.retire(old[0])])
        harness.forget()
        harness.binaryEnds(.signalled(9))
        harness.forget()
        harness.ready(WorkerIdentity(slot: 0, serial: 3))
        #expect(harness.seen.contains(.tell(WorkerIdentity(slot: 0, serial: 3), .releaseLeases(owner: "owner-1"))))
    }

    @Test func theEndOfTheServerEndsOneThatStarts() {
        var harness = starting()
        let pid = harness.binary ?? 0
        harness.forget()
        harness.signal(.stopGracefully)
        #expect(harness.seen.contains(.signalBinary(pid: pid, .ask(.stopGracefully))))
        harness.binaryReady()
        harness.binaryEnds(.exited(0))
        for worker in harness.current { harness.ends(worker, .exited(0)) }
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func theEndOfTheOldLeavesOneThatServes() {
        var harness = superseded()
        harness.signal(.stopNow)
        #expect(!harness.seen.contains { if case .signalBinary = $0 { true } else { false } })
        for worker in harness.current { harness.ends(worker, .exited(0)) }
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func signalsThatChangeTheWorkersWaitAndAreTheNewOnesOnceItServes() {
        var harness = starting()
        harness.forget()
        harness.signal(.addWorker)
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [.report(.signalSuperseded)])
        harness.forget()
        harness.binaryEnds(.exited(1))
        #expect(harness.seen.contains(fork(2, 3)))
        var other = superseded()
        other.signal(.hangUp)
        other.signal(.addWorker)
        #expect(other.seen == [.report(.signalSuperseded), .report(.signalSuperseded)])
    }

    @Test func itWaitsForAReload() {
        var harness = SupervisorHarness.serving()
        harness.signal(.hangUp)
        harness.forget()
        harness.signal(.upgradeBinary)
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [])
        harness.machine.loaderFailed(BootFailure("no", status: 78), for: 1)
        harness.loaderEnds(.exited(78), for: 1)
        #expect(harness.seen.count { $0 == .startBinary } == 1)
    }

    @Test func theFirstProcessOfAContainerRefuses() {
        var harness = SupervisorHarness.serving { $0.isInit = true }
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [.report(.upgradeUnavailable)])
    }

    @Test func whileAnOlderSupervisorWatchesThereIsNoThird() {
        var harness = SupervisorHarness.serving()
        harness.machine.hasTakenOver = false
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [.report(.upgradeTooEarly)])
        harness.machine.hasTakenOver = true
        harness.signal(.upgradeBinary)
        #expect(harness.seen.last == .startBinary)
    }

    @Test func aServiceManagerIsToldAtTheEndThatTheNewIsTheService() {
        var harness = superseded { $0.isService = true }
        let pid = harness.binary ?? 0
        for worker in harness.current { harness.ends(worker, .exited(0)) }
        harness.forget()
        harness.pass(.seconds(66))
        #expect(
            harness.seen == [.serviceProcess(pid: pid), .report(.supersededEnds), .end(status: 0, error: nil)])
    }

    @Test(arguments: [SignalAction.hangUp, .addWorker, .removeWorker, .retireWorkers])
    func whatTheServiceIsAskedForMeanwhileTheNewIsAskedFor(action: SignalAction) {
        var harness = superseded { $0.isService = true }
        harness.signal(action)
        #expect(harness.seen == [.signalBinary(pid: harness.binary ?? 0, .ask(action))])
        #expect(harness.machine.hangUps == (action == .hangUp ? 1 : 0))
    }

    @Test func logFilesAreOpenedAgainByBoth() {
        var harness = superseded { $0.isService = true }
        let tell = harness.current.map { SupervisorAction.tell($0, .reopenLogs) }
        harness.signal(.reopenLogs)
        #expect(harness.seen == [.reopenLogs] + tell + [.signalBinary(pid: harness.binary ?? 0, .ask(.reopenLogs))])
    }

    @Test func aServiceHasNoThirdBinaryBesideTwo() {
        var harness = superseded { $0.isService = true }
        harness.signal(.upgradeBinary)
        #expect(harness.seen == [.report(.upgradeTooEarly)])
    }

    @Test(arguments: [SignalAction.stopGracefully, .stopNow])
    func theEndOfTheServiceIsThatOfBoth(action: SignalAction) {
        var harness = superseded { $0.isService = true }
        harness.signal(action)
        #expect(harness.seen.contains(.signalBinary(pid: harness.binary ?? 0, .ask(action))))
        for worker in harness.current { harness.ends(worker, .exited(0)) }
        #expect(!harness.seen.contains { if case .end = $0 { true } else { false } })
        harness.binaryEnds(.exited(0))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func aNewBinaryThatDoesNotEndWithTheServiceIsKilled() {
        var harness = superseded {
            $0.isService = true
            $0.gracePeriod = .seconds(5)
        }
        let pid = harness.binary ?? 0
        harness.signal(.stopGracefully)
        for worker in harness.current { harness.ends(worker, .exited(0)) }
        harness.pass(.milliseconds(6500))
        #expect(!harness.seen.contains(.signalBinary(pid: pid, .kill)))
        harness.pass(.seconds(2))
        #expect(harness.seen.contains(.signalBinary(pid: pid, .kill)))
        harness.binaryEnds(.signalled(9))
        #expect(harness.seen.last == .end(status: 0, error: nil))
    }

    @Test func exchangesOfTheModelAreRefusedOnceTheNewServes() {
        var harness = starting()
        let worker = harness.current[0]
        harness.take(harness.machine.swapRequested(by: worker, request: 1, source: "a", at: harness.now))
        harness.forget()
        harness.binaryReady()
        let failure = BootFailure("a new version of the server takes over; try again", status: ExitStatus.unavailable)
        #expect(harness.seen.contains(.killLoader(pid: harness.loaders[1] ?? 0)))
        #expect(harness.seen.contains(.tell(worker, .swapped(request: 1, failure))))
        harness.forget()
        harness.take(harness.machine.swapRequested(by: worker, request: 2, source: "a", at: harness.now))
        guard case .tell(worker, .swapped(request: 2, _?)) = harness.seen.last else {
            Issue.record("not refused: \(harness.seen)")
            return
        }
    }
}

@Suite("What a new binary is handed")
struct BinaryHandoverTests {
    @Test func isForOneProcess() throws {
        let handover = try #require(try BinaryHandover("12 7 5 9", process: 12))
        #expect(handover.ready == 7)
        #expect(handover.listeners == [5, 9])
        #expect(try BinaryHandover("12 7 5", process: 13) == nil)
        #expect(try BinaryHandover(nil, process: 12) == nil)
        #expect(try BinaryHandover("", process: 12) == nil)
    }

    @Test(arguments: ["12", "12 7", "12 7 7", "12 7 x", "12 2 7", "12 7 -1", "12 7 99999999999"])
    func isRefusedWhereItIsNotWhole(text: String) {
        #expect(throws: BootFailure.self) { try BinaryHandover(text, process: 12) }
    }
}
