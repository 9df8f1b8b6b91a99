/// What a worker or a loader tells the supervisor.
public enum WorkerMessage: Sendable, Hashable {
    /// The worker accepts connections.
    case ready
    /// The worker, or the loader, gives up; it ends right after this.
    case failed(BootFailure)
    /// The leases of a dead worker have been given back.
    case leasesReleased(owner: String)
    /// The loader is done; what it found is handed to every worker as it is.
    case loaded(String)
}

/// What the supervisor tells a worker.
public enum SupervisorMessage: Sendable, Hashable {
    /// Say "not ready", go on accepting for the first time, then finish what has begun within the second, then end
    /// with status 0.
    case stop(acceptFor: Duration, finishWithin: Duration)
    /// Give back the leases of a worker that died, so that its conversations go on at once; then answer
    /// ``WorkerMessage/leasesReleased(owner:)``.
    case releaseLeases(owner: String)
}
