import Foundation
import NIOCore
import NIOPosix

/// One scenario against one server.
struct ScenarioRun: Sendable {
    let plan: LoadTest.Plan
    let scenario: Scenario
    let server: LoadTest.Plan.Server

    /// Users are made, and the sockets opened, before the first turn is due.
    private static let headStart = TimeAmount.milliseconds(500)

    func run() async throws -> RunSummary {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let flags = plan.flags
        var schedule = plan.schedule
        schedule.shape = shape
        let arrivals = schedule.arrivals()
        let run = "\(String(UInt32.random(in: 0...UInt32.max), radix: 36))-\(scenario.rawValue)"
        let workload = try Workload(
            run: run, channels: plan.channels, users: schedule.sockets.count, texts: flags.texts,
            replies: flags.replies, timeout: flags.timeout)
        let before = ProcessorTime.now()
        let start = NIODeadline.now() + Self.headStart
        let startTime = Date().timeIntervalSince1970 + Double(Self.headStart.nanoseconds) / 1e9
        let recorder = Recorder(
            eventLoop: eventLoop, start: start, tally: Tally(turns: schedule.turns, duration: schedule.duration))
        let kills = KillClock()
        let context = UserContext(
            target: server.target, workload: workload, eventLoop: eventLoop, recorder: recorder, kills: kills)
        let disturbing = action.map { action in
            Task {
                await Disturber(
                    action: action, interval: flags.interval, target: server.target, eventLoop: eventLoop, kills: kills
                ).run(from: start)
            }
        }
        let byUser = Dictionary(grouping: arrivals, by: \.user)
        await withTaskGroup(of: Void.self) { group in
            for (index, turns) in byUser {
                let user = context.makeUser(index)
                group.addTask { await user.run(turns, from: start) }
            }
        }
        let processorTime = ProcessorTime.now() - before
        disturbing?.cancel()
        let disturbances = await disturbing?.value ?? []
        let tally = await recorder.tally
        let audit = flags.audits ? await audit(tally, workload, arrivals, eventLoop) : nil
        let failed = arrivals.filter { tally.outcomes[$0.number] != .completed }
        let failures = Dictionary(grouping: failed) { workload.channels[$0.user].rawValue }.mapValues(\.count)
        return RunSummary(
            scenario: scenario, target: server.target, start: startTime, duration: schedule.duration, tally: tally,
            failuresByChannel: failures, disturbances: disturbances, audit: audit, processorTime: processorTime)
    }

    private func audit(
        _ tally: Tally, _ workload: Workload, _ arrivals: [Arrival], _ eventLoop: any EventLoop
    ) async -> Audit {
        // Turns of a burst leave on several connections, whose order no client can know.
        let isOrdered = scenario != .burst || plan.channels.allSatisfy(\.isSocket)
        return await Audit.run(
            server.target, workload: workload, arrivals: arrivals, tally: tally, ordered: isOrdered,
            eventLoop: eventLoop)
    }

    private var shape: Schedule.Shape {
        switch scenario {
        case .ramp: .ramp
        case .burst: .burst(plan.flags.burst)
        case .steady, .swap, .restart, .kill: .steady
        }
    }

    private var action: Disturber.Action? {
        switch scenario {
        case .swap: .swap(plan.flags.models)
        case .restart: server.process.map { .hangUp($0) }
        case .kill: server.process.map { .killWorker($0) }
        case .steady, .ramp, .burst: nil
        }
    }
}
