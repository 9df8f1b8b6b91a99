import Logging
import Prefork

/// Flags, environment and configuration files of one `parley run`, checked and with all defaults filled in.
struct RunSettings: Sendable {
    /// The archive to serve; nil to start without a model.
    var archive: String?
    /// How many workers serve.
    var workers: Int
    /// The length of the listening socket's queue.
    var backlog: Int
    /// The flags that say how to serve HTTP.
    var interface: String
    var port: UInt16
    var limits: SupervisorLimits

    /// - Throws: ``BootFailure`` that names the flag, variable, or file and line to change.
    init(_ run: Run, environment: Environment, logger: Logger) throws(BootFailure) {
        interface = run.server.interface
        port = run.server.port
        backlog = try environment.number("SANIC_BACKLOG", minimum: 0, fallback: 100)
        workers = Self.workers(environment, logger: logger)
        limits = SupervisorLimits(workers: workers)
        limits.gracePeriod = .seconds(max(0, run.server.gracePeriod))
        limits.drainDelay = .seconds(max(0, run.server.drainDelay))
        archive = try ModelChoice.archive(
            at: run.positionalModel ?? run.model, canGoWithout: run.server.enableApi, logger: logger)
    }

    /// As Rasa: what is no number, or below one, means one.
    private static func workers(_ environment: Environment, logger: Logger) -> Int {
        guard let text = environment["SANIC_WORKERS"] else { return 1 }
        guard let number = Int(text), number >= 1 else {
            logger.warning("SANIC_WORKERS is no number of workers; one is started", metadata: ["value": "\(text)"])
            return 1
        }
        return number
    }
}
