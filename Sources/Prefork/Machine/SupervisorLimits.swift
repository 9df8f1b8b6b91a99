/// The times and counts by which a supervisor judges its workers.
package struct SupervisorLimits: Sendable, Hashable {
    /// How many workers serve at once; at least 1.
    package var workers: Int
    /// How long workers go on accepting, while saying that they are not ready, after the first TERM. Zero by default;
    /// a few seconds let a load balancer notice.
    package var drainDelay: Duration = .zero
    /// How long workers may finish what they have begun after the first TERM (and after the drain delay).
    /// 15 seconds by default, as Sanic's graceful shutdown.
    package var gracePeriod: Duration = .seconds(15)
    /// The same after the first INT (Ctrl-C), where a person waits.
    package var quickGracePeriod: Duration = .seconds(3)
    /// How long a loader may prepare the model; a slow disk or network may need minutes.
    package var loadingLimit: Duration = .seconds(900)
    /// The age of a heartbeat from which a worker counts as stuck and is ended.
    package var heartbeatLimit: Duration = .seconds(30)
    /// How long a stuck worker has between ABRT and KILL.
    package var abortPatience: Duration = .seconds(5)
    /// How long a worker must have served for its crash to be replaced without delay.
    package var healthyAfter: Duration = .milliseconds(500)
    /// The delay after the second crash in a row; it doubles with every further one.
    package var firstDelay: Duration = .milliseconds(100)
    /// The longest delay.
    package var maxDelay: Duration = .seconds(10)

    /// What jobs may take.
    package var jobs = JobLimits()

    /// Limits for so many workers, everything else as documented at the properties.
    package init(workers: Int) {
        self.workers = max(1, workers)
    }

    /// How long to wait before a worker is replaced.
    ///
    /// - Parameter failures: How many times in a row it has ended before it was healthy, this one included; zero when
    ///   it was healthy.
    func delay(after failures: Int) -> Duration {
        guard failures > 1 else { return .zero }
        let doublings = min(failures - 2, 20)
        return min(maxDelay, firstDelay * (1 << doublings))
    }
}
