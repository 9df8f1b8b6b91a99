import Logging

extension Logger {
    /// Writes a notice: the sentence says what happened, the metadata the facts.
    func report(_ notice: SupervisorNotice, address: String, sourceName: (String) -> String) {
        switch notice {
        case .ready(let workers):
            info("Parley is ready on \(address)", metadata: ["workers": "\(workers)"])
        case .workerEnded(let worker, let pid, let end, let delay):
            warning(
                "A worker \(end)", metadata: Self.facts(worker, pid: pid, ["replaced_in": "\(delay)"]))
        case .workerNotStarted(let worker, let failure, let delay):
            error(
                "A worker did not start: \(failure)",
                metadata: Self.facts(worker, pid: nil, ["replaced_in": "\(delay)"]))
        case .workerReplaced(let worker, let pid):
            info("A new worker serves", metadata: Self.facts(worker, pid: pid))
        case .workerExhausted(let worker, let pid, .requests(let count)):
            info(
                "A worker has had as many requests as it may, and retires when another serves",
                metadata: Self.facts(worker, pid: pid, ["requests": "\(count)"]))
        case .workerExhausted(let worker, let pid, .memory(let bytes)):
            warning(
                "A worker has more memory than it may, and retires when another serves",
                metadata: Self.facts(worker, pid: pid, ["bytes": "\(bytes)"]))
        case .workerStuck(let worker, let pid, let silence):
            error(
                "A worker no longer responds and is ended",
                metadata: Self.facts(worker, pid: pid, ["silent_for": "\(silence)"]))
        case .orphanReaped(let pid):
            debug("An unknown child process has ended", metadata: ["pid": "\(pid)"])
        case .workerKilled(let worker, let pid):
            warning("A worker that was to end had not finished and was killed", metadata: Self.facts(worker, pid: pid))
        case .reloaded(let workers, let generation):
            info(
                "A new generation of workers serves with the configuration that was read again; the old one retires",
                metadata: ["workers": "\(workers)", "generation": "\(generation)"])
        case .reloadRefused(let failure):
            error("The configuration that was read again is not used, and everything stays as it was: \(failure)")
        case .workersChanged(let count):
            info("The number of workers changes", metadata: ["workers": "\(count)"])
        case .workersUnchanged(let reason):
            warning("The number of workers does not change: \(Self.words(for: reason))")
        case .upgradeUnavailable:
            warning(
                """
                A new binary is not started: this is the first process of a container, which ends with it; replace the \
                container
                """)
        case .upgraded(let pid):
            info(
                "A new binary serves; the workers of this one retire, and come back if it fails meanwhile",
                metadata: ["new_pid": "\(pid)"])
        case .upgradeFailed(let failure):
            error("The new binary does not serve, and everything stays as it was: \(failure)")
        case .upgradeReverted(let end):
            error("The new binary \(end); this one serves again")
        case .upgradeTooEarly:
            warning("USR2 is passed over: until the supervisor before the last USR2 has ended there is no third one")
        case .signalSuperseded:
            warning("A signal is ignored: a new binary has been started, which takes it once it serves")
        case .supersededEnds:
            info("This server ends: a new binary serves in its place")
        case .stopping(let workers, let patience):
            info("Stopping", metadata: ["workers": "\(workers)", "grace_period": "\(patience)"])
        case .modelSwapped(let source):
            info(
                source == "" ? "No model is in use any more" : "Another model is in use",
                metadata: source.map { ["model": "\(sourceName($0))"] })
        case .modelRefused(let source, let failure):
            error("A model is refused: \(failure)", metadata: ["model": "\(sourceName(source))"])
        case .modelNotRefreshed(let source, let failure):
            warning(
                "No newer model is used: \(failure)", metadata: source.map { ["model": "\(sourceName($0))"] })
        case .killed(let workers):
            warning("Workers that had not finished were killed", metadata: ["workers": "\(workers)"])
        }
    }

    private static func words(for reason: WorkersUnchanged) -> String {
        switch reason {
        case .last: "the last one stays"
        case .locksAreNotShared: "more than one need a lock store that they share; add one to the endpoints"
        case .noPlace: "too many workers have not ended yet"
        }
    }

    private static func facts(_ worker: WorkerIdentity, pid: Int32?, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var facts: Logger.Metadata = ["worker": "\(worker.slot)"]
        if let pid { facts["worker_pid"] = "\(pid)" }
        return facts.merging(more) { $1 }
    }
}
