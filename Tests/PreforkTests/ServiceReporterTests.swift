import System
import Testing

@testable import Prefork

@Suite("What a service manager is told")
struct ServiceReporterTests {
    /// A server and who reports of it; the reporter looks after every step.
    private struct Stage {
        var harness: SupervisorHarness
        var reporter: ServiceReporter

        init(workers: Int = 2, watchdog: Duration? = nil, _ change: (inout SupervisorLimits) -> Void = { _ in }) {
            harness = SupervisorHarness(workers: workers, change)
            reporter = ServiceReporter(watchdog: watchdog, pid: 7)
            harness.start()
        }

        static func serving(watchdog: Duration? = nil) -> Stage {
            var stage = Stage(watchdog: watchdog)
            stage.harness.load()
            for worker in stage.harness.current { stage.harness.ready(worker) }
            _ = stage.messages()
            return stage
        }

        /// What is to be said now, without the extensions of time, which have tests of their own.
        mutating func messages() -> [ServiceMessage] {
            all().filter { if case .extendTimeout = $0 { false } else { true } }
        }

        mutating func all() -> [ServiceMessage] {
            let (now, heartbeats) = (harness.now, harness.heartbeats)
            let condition = harness.machine.serviceCondition(at: now, model: "tea") { heartbeats[$0] ?? now }
            return reporter.messages(condition, at: now, microseconds: now.milliseconds * 1000)
        }
    }

    @Test func readyOnceAllWorkersServe() {
        var stage = Stage()
        #expect(stage.messages() == [.status("Preparing the model")])
        stage.harness.load()
        #expect(stage.messages() == [.status("Starting: 0 of 2 workers serve, generation 1")])
        stage.harness.ready(stage.harness.current[0])
        #expect(stage.messages() == [.status("Starting: 1 of 2 workers serve, generation 1")])
        stage.harness.ready(stage.harness.current[1])
        let status = "2 of 2 workers serve, generation 1, model: tea"
        #expect(stage.messages() == [.ready(mainPID: 7, status: status)])
        #expect(stage.messages() == [])
    }

    @Test func reloadingUntilTheNextGenerationServes() {
        var stage = Stage.serving()
        stage.harness.signal(.hangUp)
        let status = "Reading the configuration again: 2 of 2 workers serve, generation 1"
        #expect(stage.messages() == [.reloading(microseconds: stage.harness.now.milliseconds * 1000, status: status)])
        stage.harness.load(Loaded("other"), for: 1)
        #expect(stage.messages() == [])
        for worker in stage.harness.current.suffix(2) { stage.harness.ready(worker) }
        #expect(stage.messages() == [.ready(mainPID: 7, status: "2 of 2 workers serve, generation 2, model: tea")])
    }

    @Test func aRefusedReloadIsOverToo() {
        var stage = Stage.serving()
        stage.harness.signal(.hangUp)
        _ = stage.messages()
        stage.harness.loaderEnds(.exited(78), for: 1)
        #expect(stage.messages() == [.ready(mainPID: 7, status: "2 of 2 workers serve, generation 1, model: tea")])
    }

    @Test func whoAsksAgainIsToldAgain() {
        var stage = Stage.serving()
        stage.harness.signal(.hangUp)
        _ = stage.messages()
        stage.harness.pass(.seconds(1))
        stage.harness.signal(.hangUp)
        let time = stage.harness.now.milliseconds * 1000
        let status = "Reading the configuration again: 2 of 2 workers serve, generation 1"
        #expect(stage.messages() == [.reloading(microseconds: time, status: status)])
    }

    @Test func aReloadThatIsOverAtOnceIsToldWhole() {
        var stage = Stage.serving()
        stage.harness.signal(.hangUp)
        stage.harness.loaderEnds(.exited(78), for: 1)
        let status = "2 of 2 workers serve, generation 1, model: tea"
        #expect(
            stage.messages() == [
                .reloading(microseconds: stage.harness.now.milliseconds * 1000, status: status),
                .ready(mainPID: 7, status: status),
            ])
    }

    @Test func stopping() {
        var stage = Stage.serving()
        stage.harness.signal(.stopGracefully)
        #expect(stage.messages() == [.stopping(status: "Stopping; workers that have not ended: 2")])
        stage.harness.ends(stage.harness.current[0], .exited(0))
        #expect(stage.messages() == [.status("Stopping; workers that have not ended: 1")])
    }

    @Test func moreTimeForAStartAndAnEndButNotBetween() {
        var stage = Stage()
        let more = ServiceMessage.extendTimeout(ServiceReporter.extensionTime)
        #expect(stage.all().contains(more))
        #expect(!stage.all().contains(more))
        stage.harness.pass(ServiceReporter.extensionInterval)
        #expect(stage.all().contains(more))
        stage = .serving()
        stage.harness.pass(.seconds(60))
        #expect(!stage.all().contains(more))
        stage.harness.signal(.stopGracefully)
        #expect(stage.all().contains(more))
    }

    @Test func signsOfLifeAtHalfTheTime() {
        var stage = Stage.serving(watchdog: .seconds(10))
        #expect(!stage.messages().contains(.watchdog))
        stage.harness.pass(.seconds(4))
        #expect(!stage.messages().contains(.watchdog))
        #expect(stage.reporter.nextMessage(after: stage.harness.now) == stage.harness.now + .seconds(1))
        stage.harness.pass(.seconds(1))
        #expect(stage.messages().contains(.watchdog))
    }

    @Test func noSignsOfLifeWhereNoWorkerShowsAny() {
        var stage = Stage.serving(watchdog: .seconds(10))
        let still = stage.harness.now
        stage.harness.heartbeats = [0: still, 1: still]
        stage.harness.pass(.seconds(30))
        #expect(stage.messages().contains(.watchdog))
        // Both are ended for their silence, and nobody has taken their places yet.
        stage.harness.pass(.seconds(5))
        #expect(!stage.messages().contains(.watchdog))
        #expect(stage.reporter.nextMessage(after: stage.harness.now) > stage.harness.now)
        stage.harness.heartbeats = [:]
        for worker in stage.harness.current { stage.harness.ends(worker, .signalled(6)) }
        stage.harness.pass(.seconds(1))
        #expect(stage.messages().contains(.watchdog))
    }

    @Test func signsOfLifeWithoutWorkersWhereNoneAreToBe() {
        var stage = Stage.serving(watchdog: .seconds(10))
        stage.harness.signal(.retireWorkers)
        for worker in stage.harness.current { stage.harness.ends(worker, .exited(0)) }
        stage.harness.pass(.seconds(60))
        #expect(stage.messages().contains(.watchdog))
    }
}
