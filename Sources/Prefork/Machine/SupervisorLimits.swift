import System

/// The times and counts by which a supervisor judges its workers.
package struct SupervisorLimits: Sendable, Hashable {
    /// How many workers serve at once; at least 1.
    package var workers: Int
    /// How many there may be at most: one where they share no locks.
    package var maxWorkers = Int.max
    /// Whether the program is a terminal's: HUP means then that the terminal is gone, and WINCH that its window changed.
    package var isOnTerminal = false
    /// Whether the program is the first of its machine or container, which ends with it.
    package var isInit = false
    /// Whether a service manager takes this process for the service. Then a new binary is the service only when this
    /// process ends: the service manager believes nobody else who the service is, so that there were no way back.
    package var isService = false
    /// Whether each worker is bound to one processor.
    package var pinsWorkers = false
    /// How long workers go on accepting, while saying that they are not ready, after the first TERM. Zero by default;
    /// a few seconds let a load balancer notice.
    package var drainDelay: Duration = .zero
    /// How long workers may finish what they have begun after the first TERM (and after the drain delay).
    /// 15 seconds by default, as Sanic's graceful shutdown.
    package var gracePeriod: Duration = .seconds(15)
    /// How long a worker whose place others have taken leaves idle connections open, with responses that say that they
    /// are the last. 65 seconds by default: above the 60 for which nginx keeps its connections, so that nginx is the one
    /// that closes them.
    package var retireTimeout: Duration = .seconds(65)
    /// How long such a worker may finish what it has begun: nobody waits for its end.
    package var retireGracePeriod: Duration = .seconds(3600)
    /// How long a loader may prepare the model; a slow disk or network may need minutes.
    package var loadingLimit: Duration = .seconds(900)
    /// How long a new binary may take until it is ready.
    package var upgradeLimit: Duration = .seconds(900)
    /// The age of a heartbeat from which a worker counts as stuck and is ended.
    package var heartbeatLimit: Duration = .seconds(30)
    /// How long a stuck worker has between ABRT and KILL.
    package var abortPatience: Duration = .seconds(5)
    /// How long a worker must have served for its crash to be replaced without delay.
    package var healthyAfter: Duration = .milliseconds(500)
    /// The delay after the second crash in a row; it doubles with every further one.
    package var firstDelay: Duration = .milliseconds(100)
    package var maxDelay: Duration = .seconds(10)

    package var jobs = JobLimits()

    /// Limits for so many workers, everything else as documented at the properties.
    package init(workers: Int) { self.workers = max(1, workers) }

    /// How many processes may serve or end at a time: several generations of workers have a place.
    var places: Int { max(256, min(workers, 1 << 20) * 4) }

    /// How long to wait before a worker is replaced.
    ///
    /// - Parameter failures: How many times in a row it has ended before it was healthy, this one included; zero when
    ///   it was healthy.
    func delay(after failures: Int) -> Duration {
        Backoff(first: firstDelay, maxPause: maxDelay).pause(after: failures - 1)
    }
}
