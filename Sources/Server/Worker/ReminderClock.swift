import Assistant
import Dialogue
import EventLoops
import HTTPServer
import Logging
import NIOCore
import Synchronization
import System

/// Has reminders triggered when their time has come: this worker's own to the moment, and, where the store is shared,
/// those that a dead worker left behind within seconds.
final class ReminderClock: Sendable {
    private let executor: LoopTaskExecutor
    private let maxWait: Duration?
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var trigger: (@Sendable () async throws -> Double?)?
        var planned: (time: Double, task: Scheduled<Void>)?
        var isTriggering = false
    }

    /// - Parameter longestWait: How long at most to wait until the store is asked again; nil where no one else writes
    ///   to it.
    init(executor: LoopTaskExecutor, maxWait: Duration?, logger: Logger) {
        self.executor = executor
        self.maxWait = maxWait
        self.logger = logger
    }

    /// Begins.
    ///
    /// - Parameter trigger: Begins to trigger what is due and tells when to look again, in seconds since 1970.
    func start(_ trigger: @escaping @Sendable () async throws -> Double?) {
        state.withLock { $0.trigger = trigger }
        plan(at: WallClock.now())
    }

    /// Sees to it that reminders are triggered at a time.
    func plan(at time: Double) {
        state.withLock { state in
            guard state.trigger != nil, time < state.planned?.time ?? .infinity else { return }
            state.planned?.task.cancel()
            let wait = TimeAmount.nanoseconds(Int64(max(0, min(time - WallClock.now(), 86400)) * 1e9))
            state.planned = (time, executor.loop.scheduleTask(in: wait) { [self] in triggerNow() })
        }
    }

    /// Ends; reminders wait for another worker.
    func stop() {
        state.withLock { state in
            state.trigger = nil
            state.planned?.task.cancel()
            state.planned = nil
        }
    }

    private func triggerNow() {
        let trigger = state.withLock { state -> (@Sendable () async throws -> Double?)? in
            state.planned = nil
            guard !state.isTriggering else { return nil }
            state.isTriggering = state.trigger != nil
            return state.trigger
        }
        guard let trigger else { return }
        Task(executorPreference: executor) { [self] in
            var next: Double?
            do {
                next = try await trigger()
            } catch {
                logger.warning("Reminders could not be looked up; retrying soon", metadata: ["error": "\(error)"])
            }
            state.withLock { $0.isTriggering = false }
            let latest = maxWait.map { WallClock.now() + Double($0.components.seconds) }
            if let time = [next, latest].compactMap(\.self).min() { plan(at: time) }
        }
    }
}
