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
        case .workerStuck(let worker, let pid, let silence):
            error(
                "A worker does not answer any more and is ended",
                metadata: Self.facts(worker, pid: pid, ["silent_for": "\(silence)"]))
        case .orphanReaped(let pid):
            debug("A process that nobody waited for has ended", metadata: ["pid": "\(pid)"])
        case .signalUnsupported(let name):
            warning("This signal is not supported by this version", metadata: ["signal": "\(name)"])
        case .stopping(let workers, let patience):
            info("Stopping", metadata: ["workers": "\(workers)", "grace_period": "\(patience)"])
        case .modelSwapped(let source):
            info(
                source == "" ? "No model is served any more" : "Another model is served",
                metadata: source.map { ["model": "\(sourceName($0))"] })
        case .modelRefused(let source, let failure):
            error("A model is refused: \(failure)", metadata: ["model": "\(sourceName(source))"])
        case .modelNotRefreshed(let source, let failure):
            warning(
                "No newer model is served: \(failure)", metadata: source.map { ["model": "\(sourceName($0))"] })
        case .killed(let workers):
            warning("Workers that had not finished were killed", metadata: ["workers": "\(workers)"])
        }
    }

    private static func facts(_ worker: WorkerIdentity, pid: Int32?, _ more: Logger.Metadata = [:]) -> Logger.Metadata {
        var facts: Logger.Metadata = ["worker": "\(worker.slot)"]
        if let pid { facts["worker_pid"] = "\(pid)" }
        return facts.merging(more) { $1 }
    }
}
