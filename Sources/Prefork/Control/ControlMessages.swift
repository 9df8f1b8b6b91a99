/// What a worker or a loader tells the supervisor.
package enum WorkerMessage: Sendable, Hashable {
    /// The worker accepts connections.
    case ready
    /// The worker, or the loader, gives up; it ends right after this.
    case failed(BootFailure)
    /// The leases of a dead worker have been given back.
    case leasesReleased(owner: String)
    /// A part of the settings that the loader has read again; ``loaded(_:)`` follows the last.
    case settings(part: [UInt8])
    /// The loader is done; what it found is handed to every worker as it is.
    case loaded(Loaded)
    /// Serve something else in all workers: what the loader makes of `source`, or nothing where that is empty. Answered
    /// by ``SupervisorMessage/swapped(request:_:)``.
    case swap(request: UInt64, source: String)
    /// What was loaded can be used as soon as it is told to.
    case prepared(swap: UInt64)
    /// What was loaded cannot be used.
    case refused(swap: UInt64, BootFailure)
    /// What was loaded is in use, and nothing else is any more.
    case committed(swap: UInt64)
    /// Nobody waits for what was asked for by ``swap(request:source:)`` any more.
    case giveUpSwap(request: UInt64)
    /// Run a job; answered by ``SupervisorMessage/jobTaken(request:)`` or ``SupervisorMessage/jobRefused(request:)``.
    case startJob(request: UInt64, JobDescription)
    /// Nobody waits for the job any more.
    case giveUpJob(request: UInt64)
    /// Start another worker in this one's place; said again and again until
    /// ``SupervisorMessage/retire(idleFor:finishWithin:)``.
    case exhausted(Exhaustion)
}

package enum SupervisorMessage: Sendable, Hashable {
    /// Go on accepting for the first time, with responses that say that they are the last on their connections; then
    /// finish what has begun within the second, then end with status 0.
    case stop(acceptFor: Duration, finishWithin: Duration)
    /// Others serve in the worker's place: accept no more, with such responses; leave idle connections open for the
    /// first time, unless all close before; then as ``stop(acceptFor:finishWithin:)``, which may come meanwhile.
    case retire(idleFor: Duration, finishWithin: Duration)
    /// Give back the leases of a worker that died, so that its conversations go on at once; then answer
    /// ``WorkerMessage/leasesReleased(owner:)``.
    case releaseLeases(owner: String)
    /// Take in what the loader handed over, without serving it; answer ``WorkerMessage/prepared(swap:)`` or
    /// ``WorkerMessage/refused(swap:_:)``.
    case prepare(swap: UInt64, loaded: String)
    /// Serve what was prepared; answer ``WorkerMessage/committed(swap:)`` when nothing else is in use any more.
    case commit(swap: UInt64)
    /// Open the log files again.
    case reopenLogs
    case drop(swap: UInt64)
    /// All workers serve what this worker asked for; or none does, for this reason.
    case swapped(request: UInt64, BootFailure?)
    /// The job runs, or waits for others to end; ``jobEnded(request:_:)`` follows.
    case jobTaken(request: UInt64)
    /// As many jobs as may run and wait already.
    case jobRefused(request: UInt64)
    case jobEnded(request: UInt64, ProcessEnd)
}
