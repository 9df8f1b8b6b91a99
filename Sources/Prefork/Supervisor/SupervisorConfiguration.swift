package import Logging

/// What a supervisor needs to know and to run.
package struct SupervisorConfiguration: Sendable {
    /// The times and counts.
    package var limits: SupervisorLimits
    /// The socket that workers accept from.
    package var listener: ListeningSocket
    /// Where the workers are found, for the log, such as `http://127.0.0.1:5005`.
    package var address: String
    /// Where the supervisor's own notices go. Its handler must not start threads.
    package var logger: Logger
    /// The program's name in process titles.
    package var title: String

    /// Runs in a child of its own, before any worker and whenever a worker asks for something else: obtains and checks
    /// what workers need. What it returns is handed to every worker; a ``BootFailure`` that it throws ends the program
    /// at the start, and refuses the exchange later.
    package var loader: @Sendable (LoadOrder) throws(BootFailure) -> Loaded
    /// What the log calls a source that a worker named; it must hold no secrets.
    package var sourceName: @Sendable (String) -> String
    /// A worker's whole life; runs in a forked child, on its only thread, and ends by ``WorkerContext/leave(_:)``.
    package var worker: @Sendable (WorkerContext) -> Never
    /// Deletes what a loader returned and no worker serves any more; runs in the supervisor and must not block.
    package var discard: @Sendable (String) -> Void
    /// Deletes the directory of a job that nobody waits for; runs in the supervisor and must not block.
    package var discardJob: @Sendable (String) -> Void
    /// Hands on what readers of the log were too slow for; runs in the supervisor again and again, and must not block.
    package var flushLog: @Sendable () -> Void
    /// Runs in the supervisor, once, when all children have ended; must not block.
    package var cleanUp: @Sendable () -> Void

    /// A configuration of these parts.
    package init(
        limits: SupervisorLimits, listener: ListeningSocket, address: String, logger: Logger,
        title: String,
        loader: @escaping @Sendable (LoadOrder) throws(BootFailure) -> Loaded,
        sourceName: @escaping @Sendable (String) -> String = { $0 },
        worker: @escaping @Sendable (WorkerContext) -> Never,
        discard: @escaping @Sendable (String) -> Void,
        discardJob: @escaping @Sendable (String) -> Void = { _ in },
        flushLog: @escaping @Sendable () -> Void = {},
        cleanUp: @escaping @Sendable () -> Void
    ) {
        self.limits = limits
        self.listener = listener
        self.address = address
        self.logger = logger
        self.title = title
        self.loader = loader
        self.sourceName = sourceName
        self.worker = worker
        self.discard = discard
        self.discardJob = discardJob
        self.flushLog = flushLog
        self.cleanUp = cleanUp
    }
}
