/// The jobs of all workers: which run, and which wait in the order in which they came.
///
/// Every job belongs to the worker that asked for it, and ends with it.
struct JobQueue {
    struct Job: Equatable {
        let id: UInt64
        let owner: WorkerIdentity
        /// The owner's own number for its request.
        let request: UInt64
        let description: JobDescription
        /// The process, once there is one.
        var pid: Int32 = 0
        /// Whether nobody waits for it any more; it is being killed if it runs.
        var isGivenUp = false
        /// Whether the owner is gone too, so that somebody else has to delete what is left.
        var isOrphaned = false
    }

    let limits: JobLimits
    private(set) var running: [Job] = []
    private(set) var waiting: [Job] = []
    private var lastID: UInt64 = 0

    init(_ limits: JobLimits) { self.limits = limits }

    /// Takes a job if there is room.
    ///
    /// - Returns: Whether it was taken.
    mutating func take(_ description: JobDescription, owner: WorkerIdentity, request: UInt64) -> Bool {
        guard running.count < limits.running || waiting.count < limits.waiting else { return false }
        lastID += 1
        waiting.append(Job(id: lastID, owner: owner, request: request, description: description))
        return true
    }

    /// The jobs whose turn has come; they run from now on.
    mutating func begin() -> [Job] {
        let count = min(max(0, limits.running - running.count), waiting.count)
        let next = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        running += next
        return next
    }

    mutating func began(_ id: UInt64, pid: Int32) {
        guard let index = running.firstIndex(where: { $0.id == id }) else { return }
        running[index].pid = pid
    }

    /// The job of a process that has ended, or of one that could not be made.
    mutating func ended(where isIt: (Job) -> Bool) -> Job? {
        running.firstIndex(where: isIt).map { running.remove(at: $0) }
    }

    /// Nobody waits for some jobs any more.
    ///
    /// - Returns: Those that waited and are gone, and those whose processes are to be killed.
    mutating func giveUp(
        isOrphaned: Bool = false, where isMeant: (Job) -> Bool
    ) -> (dropped: [Job], running: [Job]) {
        let dropped = waiting.filter(isMeant)
        waiting.removeAll(where: isMeant)
        var killed: [Job] = []
        for index in running.indices where isMeant(running[index]) {
            running[index].isOrphaned = running[index].isOrphaned || isOrphaned
            guard !running[index].isGivenUp else { continue }
            running[index].isGivenUp = true
            killed.append(running[index])
        }
        return (dropped, killed)
    }
}
