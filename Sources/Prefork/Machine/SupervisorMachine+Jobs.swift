extension SupervisorMachine {
    mutating func jobRequested(
        by worker: WorkerIdentity, request: UInt64, _ description: JobDescription
    ) -> [SupervisorAction] {
        guard phase == .serving, isCurrent(worker), jobs.take(description, owner: worker, request: request) else {
            return [.tell(worker, .jobRefused(request: request))]
        }
        return [.tell(worker, .jobTaken(request: request))] + beginJobs()
    }

    mutating func jobForked(_ id: UInt64, pid: Int32) { jobs.began(id, pid: pid) }

    /// The system refused to make a process.
    mutating func jobNotForked(_ id: UInt64) -> [SupervisorAction] {
        guard let job = jobs.ended(where: { $0.id == id }) else { return [] }
        return finish(job, .exited(ExitStatus.system))
    }

    /// Whoever asked for the job does not want its result any more.
    mutating func jobGivenUp(by worker: WorkerIdentity, request: UInt64) -> [SupervisorAction] {
        let isMeant = { (job: JobQueue.Job) in job.owner == worker && job.request == request }
        let isKnown = jobs.running.contains(where: isMeant)
        let (dropped, running) = jobs.giveUp(where: isMeant)
        // Its end was told already, but a worker that did not read may have missed that.
        if !isKnown, dropped.isEmpty {
            return [.tell(worker, .jobEnded(request: request, .signalled(WorkerSignal.killNumber)))]
        }
        return dropped.map { .tell(worker, .jobEnded(request: $0.request, .signalled(WorkerSignal.killNumber))) }
            + running.map { .killJob(pid: $0.pid) }
    }

    /// The end of a process that is a job; nil where it is none.
    mutating func jobEnded(pid: Int32, _ end: ProcessEnd) -> [SupervisorAction]? {
        jobs.ended { $0.pid == pid }.map { finish($0, end) }
    }

    /// What a worker asked for ends with it.
    mutating func jobsOrphaned(by worker: WorkerIdentity) -> [SupervisorAction] {
        let (dropped, running) = jobs.giveUp(isOrphaned: true) { $0.owner == worker }
        return dropped.map { .discardJob(directory: $0.description.directory) }
            + running.map { .killJob(pid: $0.pid) } + beginJobs()
    }

    private mutating func finish(_ job: JobQueue.Job, _ end: ProcessEnd) -> [SupervisorAction] {
        let last: SupervisorAction =
            job.isOrphaned
            ? .discardJob(directory: job.description.directory)
            : .tell(job.owner, .jobEnded(request: job.request, end))
        return [last] + beginJobs()
    }

    private mutating func beginJobs() -> [SupervisorAction] {
        guard phase == .serving else { return [] }
        return jobs.begin().map { .forkJob($0) }
    }
}
