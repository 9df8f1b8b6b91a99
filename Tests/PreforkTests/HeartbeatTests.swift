import Testing

@testable import Prefork

@Suite("A worker without a heartbeat is ended")
struct HeartbeatTests {
    @Test func withABRTThenKILL() {
        var harness = SupervisorHarness.serving()
        let stuck = harness.current[1]
        let pid = harness.pids[stuck] ?? 0
        harness.heartbeats[1] = harness.now
        harness.pass(.seconds(30))
        #expect(harness.seen.isEmpty)
        harness.pass(.seconds(1))
        #expect(harness.seen.last == .signal(stuck, pid: pid, .abort))
        harness.forget()
        harness.pass(.seconds(4))
        #expect(harness.seen.isEmpty)
        harness.pass(.seconds(1))
        #expect(harness.seen == [.signal(stuck, pid: pid, .kill)])
        harness.ends(stuck, .signalled(9))
        #expect(harness.current.count == 2)
    }

    @Test func unlessTheSupervisorItselfStoodStill() {
        var harness = SupervisorHarness.serving()
        harness.heartbeats = [0: harness.now, 1: harness.now]
        harness.freeze(.seconds(3600))
        #expect(harness.seen.isEmpty)
        harness.heartbeats = [:]
        harness.pass(.seconds(60))
        #expect(harness.seen.isEmpty)
    }

    @Test func unlessTheMachineWasSuspended() {
        var harness = SupervisorHarness.serving()
        harness.heartbeats = [0: harness.now, 1: harness.now]
        harness.pass(.seconds(29))
        // The clock of the heartbeats has stood still meanwhile, but nothing runs at once afterwards.
        harness.suspended = .seconds(7200)
        harness.pass(.seconds(29))
        #expect(harness.seen.isEmpty)
        harness.pass(.seconds(5))
        #expect(harness.seen.contains { if case .signal(_, _, .abort) = $0 { true } else { false } })
    }

    @Test func unlessADebuggerHoldsIt() {
        var harness = SupervisorHarness.serving()
        let stuck = harness.current[1]
        let pid = harness.pids[stuck] ?? 0
        harness.heartbeats[1] = harness.now
        harness.traced = [pid]
        harness.pass(.seconds(600))
        #expect(harness.seen.isEmpty)
        harness.traced = []
        harness.pass(.seconds(1))
        #expect(harness.seen.last == .signal(stuck, pid: pid, .abort))
    }

    @Test func alsoOneThatRetiresOrIsARelief() {
        var harness = SupervisorHarness.serving()
        let old = harness.current[0]
        harness.exhausted(old)
        let new = WorkerIdentity(slot: 2, serial: 3)
        harness.heartbeats[2] = harness.now
        harness.pass(.seconds(32))
        #expect(harness.seen.contains(.signal(new, pid: harness.pids[new] ?? 0, .abort)))
        harness.ends(new, .signalled(6))
        harness.heartbeats = [0: harness.now]
        harness.signal(.retireWorkers)
        harness.pass(.seconds(32))
        #expect(harness.seen.contains(.signal(old, pid: harness.pids[old] ?? 0, .abort)))
    }
}
