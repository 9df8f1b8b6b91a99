public import Logging

/// What a supervisor needs to know and to run.
public struct SupervisorConfiguration: Sendable {
    /// The times and counts.
    public var limits: SupervisorLimits
    /// The socket that workers accept from.
    public var listener: ListeningSocket
    /// Where the workers are found, for the log, such as `http://127.0.0.1:5005`.
    public var address: String
    /// Where the supervisor's own notices go. Its handler must not start threads.
    public var logger: Logger
    /// The program's name in process titles.
    public var title: String

    /// Runs in a child of its own, before any worker and whenever a worker asks for something else: obtains and checks
    /// what workers need. What it returns is handed to every worker; a ``BootFailure`` that it throws ends the program
    /// at the start, and refuses the exchange later.
    public var loader: @Sendable (LoadOrder) throws(BootFailure) -> Loaded
    /// What the log calls a source that a worker named; it must hold no secrets.
    public var sourceName: @Sendable (String) -> String
    /// A worker's whole life; runs in a forked child, on its only thread, and ends by ``WorkerContext/leave(_:)``.
    public var worker: @Sendable (WorkerContext) -> Never
    /// Deletes what a loader returned and no worker serves any more; runs in the supervisor and must not block.
    public var discard: @Sendable (String) -> Void
    /// Deletes the folder of a job that nobody waits for; runs in the supervisor and must not block.
    public var discardJob: @Sendable (String) -> Void
    /// Hands on what readers of the log were too slow for; runs in the supervisor again and again, and must not block.
    public var flushLog: @Sendable () -> Void
    /// Runs in the supervisor, once, when all children have ended; must not block.
    public var cleanUp: @Sendable () -> Void

    /// A configuration of these parts.
    public init(
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
