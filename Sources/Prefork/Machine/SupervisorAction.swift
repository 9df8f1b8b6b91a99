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
    /// The same, to read the settings and the model again for a new generation of workers.
    case forkReloader(swap: UInt64)
    case killLoader(pid: Int32)
    /// Hand this to all workers that are started from now on.
    case adopt(String)
    /// Delete what was in use before the last ``adopt(_:)``.
    case discardReplaced
    /// Delete what was loaded and is not in use.
    case discard(String)
    /// Start a worker in a slot; tell the machine its pid with `forked`.
    case forkWorker(WorkerIdentity)
    /// Send a message to a worker; if it cannot be sent, the worker is about to be reaped.
    case tell(WorkerIdentity, SupervisorMessage)
    case signal(WorkerIdentity, pid: Int32, WorkerSignal)
    /// Start a job; tell the machine its pid with `jobForked`.
    case forkJob(JobQueue.Job)
    /// End a job, with all processes that it may have started.
    case killJob(pid: Int32)
    /// Delete what a job has left that nobody waits for.
    case discardJob(directory: String)
    /// Add a dead worker's counters to the base slot, clear its slot, close its socket.
    case retire(WorkerIdentity)
    /// Open the log files again; the workers are told to, too.
    case reopenLogs
    /// Start a new binary; tell the machine its pid with `binaryStarted`.
    case startBinary
    case signalBinary(pid: Int32, BinarySignal)
    /// From now on the server's main process is this one; nil is the supervisor's own.
    case mainProcess(pid: Int32?)
    /// Tell the service manager that this process is the service, and nothing more.
    case serviceProcess(pid: Int32)
    /// Close the listening sockets here; what waits in them is refused once the last worker has closed them too, instead
    /// of waiting in vain.
    case closeListeners
    case report(SupervisorNotice)
    /// End the program; the line, if any, is for stderr.
    case end(status: Int32, error: String?)
}

/// A signal from the supervisor to one of its workers.
enum WorkerSignal: Hashable {
    case abort, kill

    static let killNumber: Int32 = 9
}

/// A signal from the supervisor to a new binary.
enum BinarySignal: Hashable {
    case ask(SignalAction)
    case kill
}

/// What an operator may want to know about.
package enum SupervisorNotice: Sendable, Hashable {
    case ready(workers: Int)
    /// A worker ended unasked.
    case workerEnded(WorkerIdentity, pid: Int32, ProcessEnd, replacedIn: Duration)
    /// A worker could not start; it is tried again.
    case workerNotStarted(WorkerIdentity, BootFailure, replacedIn: Duration)
    case workerReplaced(WorkerIdentity, pid: Int32)
    /// A worker has done or taken as much as it may; another one is started for it.
    case workerExhausted(WorkerIdentity, pid: Int32, Exhaustion)
    /// A worker does not respond any more and gets ABRT.
    case workerStuck(WorkerIdentity, pid: Int32, silentFor: Duration)
    /// A child that nobody here started has ended (the program is PID 1 of a container, or a grandchild was left).
    case orphanReaped(pid: Int32)
    /// A worker that was to end had not finished in time, and is killed.
    case workerKilled(WorkerIdentity, pid: Int32)
    /// A new generation of workers serves, on what was read again.
    case reloaded(workers: Int, generation: Int)
    /// What was read again cannot be used; everything stays as it was.
    case reloadRefused(BootFailure)
    /// There will be so many workers.
    case workersChanged(to: Int)
    /// There will not be one worker more or less, for this reason.
    case workersUnchanged(WorkersUnchanged)
    /// A new binary cannot take this one's place, because the container ends with its first process.
    case upgradeUnavailable
    /// A new binary serves in this one's place.
    case upgraded(pid: Int32)
    /// It does not; everything stays as it was.
    case upgradeFailed(BootFailure)
    /// It has failed while this one could still serve again.
    case upgradeReverted(ProcessEnd)
    /// The supervisor before this one, or this one itself, watches a new binary that has begun to serve; there is no
    /// third beside them.
    case upgradeTooEarly
    /// A signal asks for what a new binary does by now, or is about to.
    case signalSuperseded
    /// This supervisor has nothing to do any more.
    case supersededEnds
    case stopping(workers: Int, patience: Duration)
    /// All workers serve something else: what was loaded from the source, nothing where that is empty; nil is the
    /// source of what is in use from the start.
    case modelSwapped(source: String?)
    /// What a worker asked to serve cannot be used; everything stays as it was.
    case modelRefused(source: String, BootFailure)
    /// The source of what is in use could not be asked for something newer, or had nothing usable.
    case modelNotRefreshed(source: String?, BootFailure)
    /// Workers had not finished within the grace period, or a second signal came; they were killed.
    case killed(workers: Int)
}

/// Why a signal changes nothing about the number of workers.
package enum WorkersUnchanged: Sendable, Hashable {
    /// The last one stays.
    case last
    /// Workers would not share their locks.
    case locksAreNotShared
    /// So many retire that there is no place.
    case noPlace
}

/// Tells a worker from all others of one supervisor, past ones included.
package struct WorkerIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The worker's place in the scoreboard, from 0; a replacement takes the place of the one before.
    package let slot: Int
    /// Counts every worker ever started, from 1.
    package let serial: Int

    /// The slot's name in logs and process lists.
    package var description: String { "worker \(slot)" }
}
