import System

/// Decides when a service manager is told what. It knows no socket and no clock.
struct ServiceReporter: Equatable {
    /// How long the service manager waits for a sign of life; nil where it awaits none.
    private let watchdog: Duration?
    private let pid: Int32
    private var said: ServiceCondition?
    private var nextWatchdog = MonotonicInstant(milliseconds: 0)
    private var nextExtension = MonotonicInstant(milliseconds: 0)

    init(watchdog: Duration?, pid: Int32) { (self.watchdog, self.pid) = (watchdog, pid) }

    /// A start, reload or end may take longer than the service manager waits: it is told in these intervals that…
    static let extensionInterval = Duration.seconds(5)
    /// … so much time is needed. A supervisor that stands still is found out after that.
    static let extensionTime = Duration.seconds(30)
    /// Between two looks at the server, where nothing happens.
    private static let maxPause = Duration.seconds(60)
    /// The same where something is to be said that cannot be said now.
    private static let minPause = Duration.milliseconds(100)

    /// - Parameter microseconds: What the monotonic clock shows.
    mutating func messages(
        _ condition: ServiceCondition, at now: MonotonicInstant, microseconds: UInt64
    ) -> [ServiceMessage] {
        defer { said = condition }
        return stateMessages(condition, microseconds: microseconds) + extensions(condition, at: now)
            + watchdogMessages(condition, at: now)
    }

    /// When there is something to say next, if nothing happens before.
    func nextMessage(after now: MonotonicInstant) -> MonotonicInstant {
        let next = said?.course == .serving ? now + Self.maxPause : nextExtension
        return max(now + Self.minPause, watchdog == nil ? next : min(next, nextWatchdog))
    }

    private func stateMessages(_ condition: ServiceCondition, microseconds: UInt64) -> [ServiceMessage] {
        let status = condition.status
        let reloading = ServiceMessage.reloading(microseconds: microseconds, status: status)
        let ready = ServiceMessage.ready(mainPID: pid, status: status)
        let isUnsaid = status != said?.status
        // What is read again may be done with by now: the service manager waits for both words.
        let isAskedAgain = condition.hangUps != said?.hangUps
        switch (said?.course ?? .starting, condition.course) {
        case (.stopping, _), (.starting, .starting): return isUnsaid ? [.status(status)] : []
        case (_, .stopping): return [.stopping(status: status)]
        case (.starting, .reloading): return [ready, reloading]
        case (.starting, .serving): return [ready]
        case (.reloading, .serving) where !isAskedAgain: return [ready]
        case (.serving, .serving) where !isAskedAgain: return isUnsaid ? [.status(status)] : []
        case (_, .serving): return [reloading, ready]
        case (_, .reloading) where isAskedAgain: return [reloading]
        case (_, .reloading), (_, .starting): return isUnsaid ? [.status(status)] : []
        }
    }

    private mutating func extensions(_ condition: ServiceCondition, at now: MonotonicInstant) -> [ServiceMessage] {
        guard condition.course != .serving, now >= nextExtension else { return [] }
        nextExtension = now + Self.extensionInterval
        return [.extendTimeout(Self.extensionTime)]
    }

    private mutating func watchdogMessages(_ condition: ServiceCondition, at now: MonotonicInstant) -> [ServiceMessage]
    {
        guard let watchdog, now >= nextWatchdog else { return [] }
        guard condition.isAlive else { return [] }
        nextWatchdog = now + watchdog / 2
        return [.watchdog]
    }
}
