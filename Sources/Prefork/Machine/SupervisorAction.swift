/// What the supervisor's machine asks its driver to do, in this order.
enum SupervisorAction: Equatable {
    /// Start the loader; tell the machine its pid with `loaderForked`.
    ///
    /// - Parameters:
    ///   - source: What a worker asked for; nil at the start of the program.
    ///   - swap: The exchange that it works for; 0 at the start of the program.
    case forkLoader(source: String?, swap: UInt64)
    /// The same, to see whether the source has something newer.
    case forkRefresher(source: String?, swap: UInt64)
    /// End a loader.
    case killLoader(pid: Int32)
    /// Hand this to all workers that are started from now on.
    case adopt(String)
    /// Delete what was served before the last ``adopt(_:)``.
    case discardReplaced
    /// Delete what was loaded and is not served.
    case discard(String)
    /// Start a worker in a slot; tell the machine its pid with `forked`.
    case forkWorker(WorkerIdentity)
    /// Send a message to a worker; if it cannot be sent, the worker is about to be reaped.
    case tell(WorkerIdentity, SupervisorMessage)
    /// Send a signal to a worker.
    case signal(WorkerIdentity, pid: Int32, WorkerSignal)
    /// Start a job; tell the machine its pid with `jobForked`.
    case forkJob(JobQueue.Job)
    /// End a job, with all processes that it may have started.
    case killJob(pid: Int32)
    /// Delete what a job has left that nobody waits for.
    case discardJob(directory: String)
    /// Add a dead worker's counters to the base slot, clear its slot, close its socket.
    case retire(WorkerIdentity)
    /// Close the listening socket here; what waits in it is refused once the last worker has closed it too, instead of
    /// waiting in vain.
    case closeListener
    /// Write this to the log.
    case report(SupervisorNotice)
    /// End the program; the line, if any, is for stderr.
    case end(status: Int32, error: String?)
}

/// A signal from the supervisor to one of its workers.
enum WorkerSignal: Hashable {
    case abort, kill

    /// The number of ``kill``.
    static let killNumber: Int32 = 9
}

/// What an operator may want to know about.
package enum SupervisorNotice: Sendable, Hashable {
    /// All workers serve for the first time.
    case ready(workers: Int)
    /// A worker ended unasked.
    case workerEnded(WorkerIdentity, pid: Int32, ProcessEnd, replacedIn: Duration)
    /// A worker could not start; it is tried again.
    case workerNotStarted(WorkerIdentity, BootFailure, replacedIn: Duration)
    /// A worker that replaces another serves.
    case workerReplaced(WorkerIdentity, pid: Int32)
    /// A worker does not answer any more and gets ABRT.
    case workerStuck(WorkerIdentity, pid: Int32, silentFor: Duration)
    /// A child that nobody here started has ended (the program is PID 1 of a container, or a grandchild was left).
    case orphanReaped(pid: Int32)
    /// A signal that this version does not serve.
    case signalUnsupported(String)
    /// The stop has begun.
    case stopping(workers: Int, patience: Duration)
    /// All workers serve something else: what was loaded from the source, nothing where that is empty; nil is the
    /// source of what is served from the start.
    case modelSwapped(source: String?)
    /// What a worker asked to serve cannot be served; everything stays as it was.
    case modelRefused(source: String, BootFailure)
    /// The source of what is served could not be asked for something newer, or had nothing usable.
    case modelNotRefreshed(source: String?, BootFailure)
    /// Workers had not finished within the grace period, or a second signal came; they were killed.
    case killed(workers: Int)
}

/// Tells a worker from all others of one supervisor, past ones included.
package struct WorkerIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The worker's place in the scoreboard, from 0; a replacement takes the place of the one before.
    package let slot: Int
    /// Counts every worker ever started, from 1.
    package let serial: Int

    /// A worker in a slot.
    package init(slot: Int, serial: Int) {
        self.slot = slot
        self.serial = serial
    }

    /// The slot's name in logs and process lists.
    package var description: String { "worker \(slot)" }
}
